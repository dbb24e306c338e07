import { runOnS3 } from '../support/on-s3.ts'

runOnS3(() => import('../matches.test.ts'))
