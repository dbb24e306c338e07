import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/s3.ts', 'src/cli.ts'],
  format: 'esm',
  platform: 'node',
  fixedExtension: false,
  target: 'node20.19',
  dts: true,
  sourcemap: true,
})
