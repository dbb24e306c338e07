import type { StorybookConfig } from '@storybook/vue3-vite'
import vue from '@vitejs/plugin-vue'
import { mergeConfig } from 'vite'
import { formServerPlugin } from '../form-server-plugin.ts'
import { keepPagePlugin } from '../keep-page-plugin.ts'
import { preparedDependencies } from '../prepared-dependencies.ts'
import { s3Plugin } from '../s3-plugin.ts'
import { tusServerPlugin } from '../tus-server-plugin.ts'
import { uploadServerPlugin } from '../upload-server-plugin.ts'

const config: StorybookConfig = {
  // No component is documented from its types, and the checker behind docgen reloads the page on every change of a style.
  framework: { name: '@storybook/vue3-vite', options: { docgen: false } },
  stories: ['../../stories/vue/**/*.stories.ts'],
  addons: ['@storybook/addon-vitest', '@storybook/addon-a11y'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Highlighting looks at every element of the page whenever a row comes or goes.
  features: { sidebarOnboardingChecklist: false, highlight: false },
  viteFinal: (vite) =>
    mergeConfig(vite, {
      plugins: [
        vue(),
        uploadServerPlugin('vue'),
        formServerPlugin('vue'),
        s3Plugin('vue'),
        tusServerPlugin('vue'),
        keepPagePlugin(),
      ],
      optimizeDeps: { include: preparedDependencies(['core', 'vue', 'protocols']) },
    }),
}

export default config
