import type { SignedLink } from '../core/link'
import {
  badOption,
  checkOptions,
  isText,
  NONCE,
  type OptionKinds,
  TEXT,
  TRUE_OR_FALSE,
} from '../core/options'
import { END_LINKS, LINK_PARAMETER } from '../links/token'

export interface LinkOverlayOptions {
  /** The address of the page, such as `req.originalUrl`. Its query is kept where the overlay leads. */
  readonly url: string
  /** Of the page's content security policy, for the overlay's styles. */
  readonly nonce?: string
  /**
   * Default true: the styles come along. False where the policy allows files alone: send
   * `linkOverlayStyles` as one.
   */
  readonly styles?: boolean
}

const OPTIONS: OptionKinds<LinkOverlayOptions> = { url: TEXT, nonce: NONCE, styles: TRUE_OR_FALSE }

/** The class is named twice, so that these rules outweigh most of the page's own. */
const BOX = '.liveflag-links.liveflag-links'

/** Whatever the page's own styles are, and in print not at all. */
export const linkOverlayStyles = `
${BOX},${BOX} *{all:revert;box-sizing:border-box}
${BOX}{position:fixed;left:.75rem;bottom:.75rem;z-index:2147483647;
max-width:min(24rem,calc(100vw - 1.5rem));max-height:calc(100vh - 1.5rem);overflow-y:auto;
padding:.5rem .8rem;border-radius:.6rem;background:#1f2430;color:#f4f1ea;
box-shadow:0 2px 12px #0006;overflow-wrap:anywhere;
font:13px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
${BOX} summary{cursor:pointer;font-weight:600;white-space:nowrap;overflow:hidden;
text-overflow:ellipsis}
${BOX} ul{list-style:none;margin:.4rem 0;padding:0}
${BOX} li{padding:.3rem 0;border-top:1px solid #fff3}
${BOX} small{display:block;color:#c9c4ba;font-size:12px}
${BOX} a{color:#ffcf8f}
${BOX} :focus-visible{outline:2px solid #ffcf8f;outline-offset:2px}
@media print{${BOX}{display:none}}
`

/**
 * What signed links force in a request, as HTML for the end of a page's body: each feature with its
 * variant, until when and by which key, and a way to leave. It runs no script, and it is empty when
 * nothing is forced. Show it to those who may know.
 *
 * @example
 * if (user.isEmployee) page += linkOverlay(req.features.links, { url: req.originalUrl })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function linkOverlay(links: readonly SignedLink[], options: LinkOverlayOptions): string {
  checkOptions('linkOverlay', options, OPTIONS)
  if (!isText(options.url)) throw badOption('linkOverlay', 'url', options.url, OPTIONS.url.wanted)
  if (links.length === 0) return ''
  const { url, nonce, styles = true } = options
  const nonceAttribute = nonce === undefined ? '' : ` nonce="${nonce}"`
  const style = styles ? `<style${nonceAttribute}>${linkOverlayStyles}</style>` : ''
  const names = links.map(({ feature }) => escaped(feature)).join(', ')
  const format = momentFormat()
  const rows = links.map((link) => row(link, format)).join('')
  return `${style}<aside class="liveflag-links" aria-label="Forced by links"><details>\
<summary>Forced by link: ${names}</summary><ul>${rows}</ul>\
<a href="${escaped(leaving(url))}" rel="nofollow">Leave: show what I would see without</a>\
</details></aside>`
}

function row(
  { feature, variant, key, until, ...link }: SignedLink,
  format: Intl.DateTimeFormat,
): string {
  const at = new Date(until)
  const time = `<time datetime="${at.toISOString()}">${escaped(format.format(at))} UTC</time>`
  const whom = link.for === undefined ? 'for whoever has the link' : `for ${escaped(link.for)}`
  return `<li><b>${escaped(feature)}</b>: ${escaped(variant)}\
<small>until ${time}, ${whom}, by key ${escaped(key)}</small></li>`
}

/** Made on use: the first one of a process costs it megabytes. */
const momentFormat = (): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

/**
 * The same page without links. A query alone: whatever path a visitor made up leads nowhere else.
 */
function leaving(url: string): string {
  const at = url.indexOf('?')
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1).replace(/#.*$/s, ''))
  query.set(LINK_PARAMETER, END_LINKS)
  return `?${query.toString()}`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter)
