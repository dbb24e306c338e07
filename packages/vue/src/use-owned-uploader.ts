import {
  createOptionsFollower,
  createUploader,
  type ProtocolUploaderOptions,
  type Uploader,
  type UploaderOptions,
} from '@lading/core'
import { getCurrentScope, type MaybeRefOrGetter, onScopeDispose, toRaw, toValue, watchEffect } from 'vue'
import { isBrowser } from './track-readable.ts'

/**
 * An uploader of this scope's own.
 *
 * Options are followed as far as they are reactive. When the scope ends, its uploads are paused.
 */
export function useOwnedUploader(options: MaybeRefOrGetter<UploaderOptions>): Uploader {
  // Read raw: what a protocol or an axios instance holds is not to be wrapped into proxies.
  const follower = createOptionsFollower(toRaw(toValue(options)))
  // The overloads of `createUploader` tell one kind of options from the other, here either comes in.
  const uploader = createUploader(follower.options as ProtocolUploaderOptions)
  watchEffect(() => {
    const changed = follower.follow(toValue(options))
    if (changed) uploader.setOptions(changed)
  })
  if (isBrowser) {
    const detach = uploader.attach()
    if (getCurrentScope()) onScopeDispose(detach)
  }
  return uploader
}
