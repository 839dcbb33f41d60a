import {
  observeWindowOffset,
  observeWindowRect,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useState } from 'preact/hooks'

/** Rows above and below what is seen, so that a short scroll shows no gap. */
const OVERSCAN = 8

export interface VisibleRows {
  readonly items: readonly VirtualItem[]
  /** Of all rows, in pixels. */
  readonly height: number
  /** Where the first row is on the page. */
  readonly top: number
}

/** Which rows of a long list are on the screen. The window scrolls, so phones hide their bars. */
export function useVisibleRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): VisibleRows {
  const [, redraw] = useState(0)
  const options = {
    count,
    getScrollElement: () => window,
    estimateSize: () => rowHeight,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    overscan: OVERSCAN,
    scrollMargin: topOf(list.current),
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    onChange: () => redraw((drawn) => drawn + 1),
  }
  const virtual = useMemo(() => new Virtualizer<Window, HTMLElement>(options), [])
  virtual.setOptions(options)
  useLayoutEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  useLayoutEffect(() => virtual.measure(), [rowHeight, virtual])
  return {
    items: virtual.getVirtualItems(),
    height: virtual.getTotalSize(),
    top: options.scrollMargin,
  }
}

const topOf = (element: HTMLElement | null): number =>
  element === null ? 0 : Math.round(element.getBoundingClientRect().top + window.scrollY)
