/** Anything that holds memory of libvips until it is deleted. */
export interface Handle {
  delete(): void;
}

/** Registers a handle for deletion at the end of the {@link withHandles} it came from, and passes it on. */
export type Own = <H extends Handle>(handle: H) => H;

/**
 * Runs `work` and then deletes every handle that was passed to `own`, newest first, also when `work` throws. This is
 * the only way that this folder frees libvips' memory, which no garbage collector sees.
 */
export function withHandles<T>(work: (own: Own) => T): T {
  const handles: Handle[] = [];
  try {
    return work((handle) => {
      handles.push(handle);
      return handle;
    });
  } finally {
    for (const handle of handles.reverse()) handle.delete();
  }
}
