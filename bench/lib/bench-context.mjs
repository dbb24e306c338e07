/**
 * What every row is given.
 * @typedef {object} BenchContext
 * @property {import('./options.mjs').BenchOptions} options
 * @property {import('./browser.mjs').BenchBrowser} browser
 * @property {(given: readonly import('./make-files.mjs').KnownFile[]) => Promise<import('./server-process.mjs').ServerProcess>} startSink stopped when the row ends
 * @property {() => Promise<import('./server-process.mjs').ServerProcess>} startDisk stopped when the row ends
 * @property {() => Promise<import('./browser.mjs').BenchBrowser>} launchAnother closed when the row ends
 */

/**
 * Measures something.
 * @typedef {(context: BenchContext) => Promise<import('./measures.mjs').Measure[]>} Row
 */

export {}
