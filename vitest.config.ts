import { fileURLToPath } from 'node:url'
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { preparedDependencies } from './.storybook/prepared-dependencies.ts'
import { s3Plugin } from './.storybook/s3-plugin.ts'
import { tusServerPlugin } from './.storybook/tus-server-plugin.ts'
import { uploadServerPlugin } from './.storybook/upload-server-plugin.ts'
import { echoPlugin } from './packages/core/tests/transport-axios/echo-plugin.ts'
import { storeTestsPlugin } from './packages/protocols/tests/s3/support/store-tests-plugin.ts'
import { publishedTusElsewherePlugin } from './packages/protocols/tests/tus/elsewhere-plugin.ts'
import { tusElsewherePlugin } from './packages/server/tests/tus/support/elsewhere-plugin.ts'
import { findChromium } from './scripts/bootstrap/find-chromium.mjs'

const executablePath = findChromium()
const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// A function, since Vitest writes names into the instances: a shared object would define a project twice.
const chromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  }),
  instances: [{ browser: 'chromium' as const }],
})

// Nothing is asserted about time, so a busy machine may take it.
const patience = { testTimeout: 30_000, hookTimeout: 30_000, expect: { poll: { timeout: 20_000 } } }

const inNode = (name: string, folder: string): TestProjectInlineConfiguration => ({
  test: {
    ...patience,
    name,
    environment: 'node',
    include: [`${folder}/**/*.test.{ts,tsx,mjs}`],
    exclude: ['**/*.browser.test.*', '**/node_modules/**'],
  },
})

const stories = (framework: 'react' | 'vue'): TestProjectInlineConfiguration => ({
  plugins: [storybookTest({ configDir: fromRoot(`.storybook/${framework}`) })],
  test: { ...patience, name: `stories:${framework}`, browser: chromium() },
})

export default defineConfig({
  test: {
    projects: [
      inNode('core', 'packages/core/tests'),
      inNode('server', 'packages/server/tests'),
      inNode('protocols', 'packages/protocols/tests'),
      inNode('test-kit', 'packages/test-kit/tests'),
      inNode('docs', 'tests'),
      inNode('scripts', 'scripts'),
      {
        plugins: [react()],
        test: {
          ...patience,
          name: 'react',
          environment: 'jsdom',
          include: ['packages/react/tests/**/*.test.{ts,tsx}'],
          exclude: ['**/*.browser.test.*', '**/node_modules/**'],
        },
      },
      {
        plugins: [vue()],
        test: {
          ...patience,
          name: 'vue',
          environment: 'jsdom',
          include: ['packages/vue/tests/**/*.test.{ts,tsx}'],
          exclude: ['**/*.browser.test.*', '**/node_modules/**'],
        },
      },
      {
        plugins: [
          react(),
          vue(),
          uploadServerPlugin('browser'),
          echoPlugin(),
          s3Plugin('browser'),
          storeTestsPlugin(),
          tusElsewherePlugin(),
          tusServerPlugin('browser'),
          publishedTusElsewherePlugin(),
        ],
        // Found late, one of them would bring a second React into a page that is in the middle of a test.
        optimizeDeps: {
          include: [
            ...preparedDependencies(['core', 'react', 'vue', 'protocols']),
            ...['react', 'react-dom/client', 'react/jsx-dev-runtime', 'vue'],
            ...['@lading/react > @testing-library/react', '@lading/vue > @testing-library/vue'],
            ...['tus-js-client', '@uppy/core', '@uppy/tus'].map((name) => `@lading/server > ${name}`),
          ],
        },
        test: {
          ...patience,
          name: 'browser',
          include: ['packages/*/tests/**/*.browser.test.{ts,tsx}'],
          browser: chromium(),
        },
      },
      stories('react'),
      stories('vue'),
    ],
  },
})
