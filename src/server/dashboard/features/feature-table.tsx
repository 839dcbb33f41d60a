import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { FeatureRow, PopulationInfo } from '../../admin/contract'
import { useShortcuts } from '../shell/shortcuts'
import { Row } from './feature-row'
import { useVisibleRows } from './use-visible-rows'

const HEADS = ['Feature', 'Who has it', 'Share', 'Asked', 'Last edit', 'Next step']
const ROW_PX = 60
const PHONE_ROW_PX = 148
const PHONE = '(max-width: 48rem)'

interface TableProps {
  readonly rows: readonly FeatureRow[]
  readonly population: PopulationInfo
  readonly search: RefObject<HTMLInputElement | null>
}

/** Only rows that are seen are in the document, so 5,000 features are as quick as ten. */
export function FeatureTable({ rows, population, search }: TableProps) {
  const body = useRef<HTMLDivElement>(null)
  const isPhone = useMedia(PHONE)
  const visible = useVisibleRows(body, rows.length, isPhone ? PHONE_ROW_PX : ROW_PX)
  useRowKeys(body, search)
  return (
    <div
      class="card feature-table"
      role="table"
      aria-label="Features"
      aria-rowcount={rows.length + 1}
    >
      <div role="rowgroup" class="feature-heads">
        <div role="row" class="feature-head" aria-rowindex={1}>
          {HEADS.map((head) => (
            <div key={head} role="columnheader">
              {head}
            </div>
          ))}
        </div>
      </div>
      <div
        ref={body}
        role="rowgroup"
        class="feature-rows"
        style={{ height: `${visible.height}px` }}
      >
        {visible.items.map(({ index, start }) => {
          const row = rows[index]
          const offset = start - visible.top
          return (
            row && (
              <Row key={row.name} row={row} index={index} offset={offset} population={population} />
            )
          )
        })}
      </div>
    </div>
  )
}

/** The arrows, and `j` and `k`, walk from feature to feature; Enter opens one. */
function useRowKeys(
  body: RefObject<HTMLDivElement | null>,
  search: RefObject<HTMLInputElement | null>,
): void {
  const shortcuts = useMemo(() => {
    const go = (step: number): void => {
      const links = [...(body.current?.querySelectorAll<HTMLElement>('a[data-index]') ?? [])]
      const at = links.findIndex((link) => link === document.activeElement)
      const next = at < 0 ? links.find(isBelowTheTop) : links[at + step]
      if (next) next.focus()
      else if (step < 0) search.current?.focus()
    }
    return [
      { keys: 'j', words: 'Next feature', run: () => go(1) },
      { keys: 'k', words: 'Previous feature', run: () => go(-1) },
      { keys: 'ArrowDown', words: 'Next feature', run: () => go(1) },
      { keys: 'ArrowUp', words: 'Previous feature', run: () => go(-1) },
    ]
  }, [])
  useShortcuts(shortcuts)
}

/** Rows just above the screen are in the document, too. */
const isBelowTheTop = (link: HTMLElement): boolean => link.getBoundingClientRect().top > 0

function useMedia(condition: string): boolean {
  const media = useMemo(() => matchMedia(condition), [condition])
  const [matches, setMatches] = useState(media.matches)
  useEffect(() => {
    const listen = (): void => setMatches(media.matches)
    media.addEventListener('change', listen)
    return () => media.removeEventListener('change', listen)
  }, [media])
  return matches
}
