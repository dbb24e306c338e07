import { libraryConfig } from '../../scripts/build/library-config.mjs'

export default libraryConfig(import.meta.dirname)
