'use client'

import { useValue, useVariant } from 'liveflag/react'

export function BuyButton() {
  const word = useVariant('buy_button') === 'order' ? 'Order' : 'Buy'
  return (
    <p>
      <button>{word}</button> {useValue('motto', '')}
    </p>
  )
}
