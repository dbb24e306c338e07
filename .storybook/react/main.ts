import type { StorybookConfig } from '@storybook/react-vite'
import { mergeConfig } from 'vite'
import { untilAnswering } from '../../scripts/start/until-answering.mjs'
import { formServerPlugin } from '../form-server-plugin.ts'
import { keepPagePlugin } from '../keep-page-plugin.ts'
import { preparedDependencies } from '../prepared-dependencies.ts'
import { s3Plugin } from '../s3-plugin.ts'
import { tusServerPlugin } from '../tus-server-plugin.ts'
import { uploadServerPlugin } from '../upload-server-plugin.ts'

/**
 * Where the Vue Storybook is. `npm start` starts both and says where; then this waits, since a Storybook that does not
 * answer while the React one starts would be taken for one behind a login, and be refused by the browser.
 */
async function vueStorybook(): Promise<string> {
  const url = process.env.LADING_VUE_STORYBOOK
  if (url === undefined) return 'http://localhost:6007'
  await untilAnswering(url, AbortSignal.timeout(60_000)).catch(() => {})
  return url
}

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../../stories/react/**/*.stories.tsx'],
  addons: ['@storybook/addon-vitest', '@storybook/addon-a11y'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Highlighting looks at every element of the page whenever a row comes or goes.
  features: { sidebarOnboardingChecklist: false, highlight: false },
  refs: async (_config, { configType }) => ({
    vue: { title: 'Vue', url: configType === 'PRODUCTION' ? './vue' : await vueStorybook() },
  }),
  viteFinal: (vite) =>
    mergeConfig(vite, {
      plugins: [
        uploadServerPlugin('react'),
        formServerPlugin('react'),
        s3Plugin('react'),
        tusServerPlugin('react'),
        keepPagePlugin(),
      ],
      optimizeDeps: {
        include: ['react/jsx-dev-runtime', ...preparedDependencies(['core', 'react', 'protocols'])],
      },
    }),
}

export default config
