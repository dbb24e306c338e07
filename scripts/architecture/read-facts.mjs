import { posix } from 'node:path'
import ts from 'typescript'

/**
 * One import, re-export or dynamic import.
 * @typedef {object} ImportFact
 * @property {string} target a path from the root of the repository where the import is relative, else the specifier
 * @property {boolean} typeOnly
 * @property {readonly string[]} names what is imported, where it is named
 * @property {number} line
 */

/**
 * What a rule may ask about a source file.
 * @typedef {object} FileFacts
 * @property {string} path from the root of the repository, with forward slashes
 * @property {readonly ImportFact[]} imports
 * @property {readonly { name: string, line: number }[]} globals ambient values in use: `setTimeout`, `Date.now`, `new Date()`
 * @property {readonly { name: string, line: number }[]} words identifiers and string literals
 */

const globalObjects = ['globalThis', 'window', 'self']

/**
 * Reads what a TypeScript file imports and touches.
 * @param {string} path
 * @param {string} text
 * @returns {FileFacts}
 */
export function readFacts(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  /** @type {ImportFact[]} */
  const imports = []
  /** @type {{ name: string, line: number }[]} */
  const globals = []
  /** @type {{ name: string, line: number }[]} */
  const words = []
  const lineOf = (/** @type {ts.Node} */ node) =>
    source.getLineAndCharacterOfPosition(node.getStart()).line + 1

  const visit = (/** @type {ts.Node} */ node) => {
    const line = lineOf(node)
    const found = importOf(node)
    if (found) imports.push({ ...found, target: resolve(path, found.target), line })
    const name = globalOf(node)
    if (name !== undefined) globals.push({ name, line })
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) words.push({ name: node.text, line })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { path, imports, globals, words }
}

/** @param {string} path @param {string} specifier */
function resolve(path, specifier) {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
}

/** @param {ts.Node} node @returns {Omit<ImportFact, 'line'> | undefined} */
function importOf(node) {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause
    const named =
      clause?.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : []
    const allTypes =
      named.length > 0 && clause?.name === undefined && named.every((element) => element.isTypeOnly)
    const names = named.map((element) => (element.propertyName ?? element.name).text)
    return { target: node.moduleSpecifier.text, typeOnly: clause?.isTypeOnly === true || allTypes, names }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { target: node.moduleSpecifier.text, typeOnly: node.isTypeOnly, names: [] }
  }
  if (
    ts.isImportTypeNode(node) &&
    ts.isLiteralTypeNode(node.argument) &&
    ts.isStringLiteral(node.argument.literal)
  ) {
    return { target: node.argument.literal.text, typeOnly: true, names: [] }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [target] = node.arguments
    if (target && ts.isStringLiteralLike(target)) return { target: target.text, typeOnly: false, names: [] }
  }
  return undefined
}

/** @param {ts.Node} node @returns {string | undefined} the ambient value that this very node reads */
function globalOf(node) {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const isBareDate = node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0
    return isBareDate ? 'new Date()' : undefined
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const base = node.expression.text
    return globalObjects.includes(base) ? node.name.text : `${base}.${node.name.text}`
  }
  if (ts.isPropertyAccessExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression
    const isGlobal = ts.isIdentifier(expression) && globalObjects.includes(expression.text)
    return isGlobal ? `${name.text}.${node.name.text}` : undefined
  }
  return ts.isIdentifier(node) && isRead(node) ? node.text : undefined
}

/** Whether an identifier reads a value, and is not a name that is declared, a member, or part of a type. @param {ts.Identifier} node */
function isRead(node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isQualifiedName(parent)) return false
  if (ts.isTypeNode(parent) && !ts.isExpressionWithTypeArguments(parent)) return false
  return !('name' in parent && parent.name === node)
}
