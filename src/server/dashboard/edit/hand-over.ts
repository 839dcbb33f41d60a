let handedOver: { readonly hash: string; readonly text: string } | undefined

/** Takes a draft along to the editor of the whole file: the file with the draft in it. */
export function handOver(hash: string, text: string): void {
  handedOver = { hash, text }
}

/** What was handed over for this version of a file; once. */
export function takeHandedOver(hash: string): string | undefined {
  const found = handedOver?.hash === hash ? handedOver.text : undefined
  handedOver = undefined
  return found
}
