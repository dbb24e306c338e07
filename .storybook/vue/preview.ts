import a11y from '@storybook/addon-a11y'
import { definePreview } from '@storybook/vue3-vite'

// Adds the shared style sheet, and is content with none.
import.meta.glob('../../stories/shared/lading.css', { eager: true })

export default definePreview({
  addons: [a11y()],
  parameters: {
    a11y: { test: 'error' },
    layout: 'padded',
  },
})
