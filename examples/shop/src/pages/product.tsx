import { productOf } from '../catalog/products'
import { ProductView } from '../components/ProductView'
import { renderPart } from '../components/render'
import type { Pages } from '../shop'
import { paramOf } from './form'

export const productPages: Pages = (app, { carts, show }) => {
  app.get('/products/:id', (request, reply) => {
    const { features, session } = request
    const product = productOf(paramOf(request, 'id'))
    if (!product) return show(reply.code(404), 'not-found.njk')
    const view = <ProductView features={features} product={product} cart={carts.of(session)} />
    return show(reply, 'product.njk', { product, view: renderPart(features, view) })
  })
}
