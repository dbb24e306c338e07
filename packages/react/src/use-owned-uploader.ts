'use client'

import {
  createOptionsFollower,
  createUploader,
  type OptionsFollower,
  type ProtocolUploaderOptions,
  type Uploader,
  type UploaderOptions,
} from '@lading/core'
import { useEffect, useState } from 'react'

interface Owned {
  readonly uploader: Uploader
  readonly follower: OptionsFollower<UploaderOptions>
}

/**
 * An uploader of this component's own, made once; `undefined` where there are no options.
 *
 * Options are followed after each render. When the component goes, and does not come back within a moment as it does
 * under StrictMode, its uploads are paused.
 */
export function useOwnedUploader(options: UploaderOptions | undefined): Uploader | undefined {
  const [kept, keep] = useState(() => options && own(options))
  const owned = options && (kept ?? own(options))
  if (owned && !kept) keep(owned)
  useEffect(() => owned?.uploader.attach(), [owned])
  useEffect(() => {
    const changed = options && owned?.follower.follow(options)
    if (changed) owned?.uploader.setOptions(changed)
  })
  return owned?.uploader
}

function own(options: UploaderOptions): Owned {
  const follower = createOptionsFollower(options)
  // The overloads of `createUploader` tell one kind of options from the other, here either comes in.
  return { uploader: createUploader(follower.options as ProtocolUploaderOptions), follower }
}
