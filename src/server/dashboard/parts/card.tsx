import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** A part of a page, with its heading. */
export function Card({
  title,
  aside,
  children,
  flush,
}: {
  readonly title: string
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
  /** The content reaches the edges. */
  readonly flush?: boolean
}) {
  const id = useId()
  return (
    <section class="card" aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {flush ? children : <div class="card-body">{children}</div>}
    </section>
  )
}
