import { checkOptions, type OptionKinds } from '../../core/options'
import type { Source } from '../../core/source'
import type { KeyStore } from '../key-store'
import { KEYED_OPTIONS, type KeyedOptions, pickOptions } from '../keyed/options'
import { openedSource } from '../keyed/source'

/**
 * A source over a store that is opened with it: its options are those of the store and those of
 * every source of this kind.
 *
 * @param kinds of the store's options
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function storeSource<Own extends object>(
  call: string,
  options: Own & KeyedOptions,
  kinds: OptionKinds<Own>,
  open: (own: Own) => KeyStore,
): Source {
  // Both tables together describe all options.
  checkOptions<object>(call, options, { ...kinds, ...KEYED_OPTIONS })
  const own = pickOptions<Own>(options, kinds)
  return openedSource(call, () => open(own), pickOptions<KeyedOptions>(options, KEYED_OPTIONS))
}
