/** The components, which the server renders and the browser takes over. */
import { Feature, useFeature, useValue, useVariant } from 'liveflag/react'

export function App() {
  const color = useVariant('buy_button') ?? 'gray'
  return (
    <main>
      <h1>{useFeature('new_header') ? 'The new shop' : 'The shop'}</h1>
      <p>{useValue('motto', 'Welcome')}</p>
      <button className={color}>Buy</button>
      <Feature name="new_header" fallback={<footer>As ever</footer>}>
        <footer>All new</footer>
      </Feature>
    </main>
  )
}
