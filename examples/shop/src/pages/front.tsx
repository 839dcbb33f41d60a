import { CardList } from '../components/CardList'
import { renderPart } from '../components/render'
import { DEPARTMENTS, inDepartment, isDepartment, products } from '../catalog/products'
import { search } from '../catalog/search'
import type { Pages } from '../shop'
import { fieldsOf, paramOf } from './form'

export const frontPages: Pages = (app, { show }) => {
  app.get('/', (request, reply) => {
    const { features } = request
    const newest = products.slice(-4)
    return show(reply, 'home.njk', {
      departments: DEPARTMENTS,
      cards: renderPart(features, <CardList features={features} products={newest} />),
    })
  })

  app.get('/departments/:name', (request, reply) => {
    const { features } = request
    const name = paramOf(request, 'name')
    if (!isDepartment(name)) return show(reply.code(404), 'not-found.njk')
    return show(reply, 'department.njk', {
      name,
      cards: renderPart(features, <CardList features={features} products={inDepartment(name)} />),
    })
  })

  app.get('/search', (request, reply) => {
    const { features } = request
    const { q = '', page = '1' } = fieldsOf(request.query)
    const found = search(features, q, Number.parseInt(page, 10) || 1)
    return show(reply, 'search.njk', {
      query: q,
      ...found,
      cards: renderPart(features, <CardList features={features} products={found.products} />),
    })
  })
}
