import type { Guard } from '../ports/guard.ts'
import { checkOptions } from './check-options.ts'
import { checkFile, compileRestrictions } from './restrictions.ts'
import { validateFile } from './verdict.ts'

/** The guard of `createUploader`: every option checked, every restriction kept. */
export const guard: Guard = {
  checkOptions: (options) => checkOptions(options),
  compile: compileRestrictions,
  refuse: checkFile,
  ask: validateFile,
}
