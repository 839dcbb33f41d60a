import { useVariant } from 'liveflag/react'

/** The classes of each color that was tried. */
const COLORS: Readonly<Record<string, string>> = {
  green: 'buy buy--green',
  orange: 'buy buy--orange',
}

export function BuyButton({ id, canOrder }: { readonly id: string; readonly canOrder: boolean }) {
  const color = useVariant('buy_button') ?? 'gray'
  return (
    <form method="post" action={`/cart/${id}`}>
      <button className={COLORS[color] ?? 'buy'} disabled={!canOrder}>
        Add to cart
      </button>
    </form>
  )
}
