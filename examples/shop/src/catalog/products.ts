import { type Money, money } from '../text/money'

export type Department = 'kitchen' | 'home' | 'garden' | 'desk'

export interface Review {
  readonly by: string
  readonly stars: number
}

export interface Product {
  readonly id: string
  readonly title: string
  readonly department: Department
  readonly price: Money
  /** How many are left. */
  readonly stock: number
  readonly grams: number
  readonly reviews: readonly Review[]
}

export const DEPARTMENTS: readonly Department[] = ['kitchen', 'home', 'garden', 'desk']

export const products: readonly Product[] = [
  {
    id: 'tea-pot',
    title: 'Tea pot',
    department: 'kitchen',
    price: money(3450),
    stock: 12,
    grams: 1406,
    reviews: [],
  },
  {
    id: 'tea-cup',
    title: 'Tea cup',
    department: 'kitchen',
    price: money(890),
    stock: 3,
    grams: 1577,
    reviews: [
      { by: 'ben', stars: 5 },
      { by: 'goldie', stars: 2 },
      { by: 'ada', stars: 2 },
    ],
  },
  {
    id: 'bread-knife',
    title: 'Bread knife',
    department: 'kitchen',
    price: money(2200),
    stock: 0,
    grams: 233,
    reviews: [
      { by: 'walter', stars: 2 },
      { by: 'walter', stars: 3 },
    ],
  },
  {
    id: 'cutting-board',
    title: 'Cutting board',
    department: 'kitchen',
    price: money(1900),
    stock: 40,
    grams: 1792,
    reviews: [{ by: 'ada', stars: 5 }],
  },
  {
    id: 'salt-mill',
    title: 'Salt mill',
    department: 'kitchen',
    price: money(2750),
    stock: 7,
    grams: 366,
    reviews: [],
  },
  {
    id: 'soup-ladle',
    title: 'Soup ladle',
    department: 'kitchen',
    price: money(1250),
    stock: 12,
    grams: 994,
    reviews: [
      { by: 'ben', stars: 2 },
      { by: 'walter', stars: 5 },
      { by: 'ada', stars: 2 },
    ],
  },
  {
    id: 'wool-blanket',
    title: 'Wool blanket',
    department: 'home',
    price: money(7900),
    stock: 3,
    grams: 283,
    reviews: [
      { by: 'goldie', stars: 2 },
      { by: 'walter', stars: 5 },
    ],
  },
  {
    id: 'linen-pillow',
    title: 'Linen pillow',
    department: 'home',
    price: money(3900),
    stock: 0,
    grams: 2360,
    reviews: [{ by: 'ben', stars: 2 }],
  },
  {
    id: 'candle-holder',
    title: 'Candle holder',
    department: 'home',
    price: money(1450),
    stock: 40,
    grams: 625,
    reviews: [],
  },
  {
    id: 'wall-clock',
    title: 'Wall clock',
    department: 'home',
    price: money(5600),
    stock: 7,
    grams: 2374,
    reviews: [
      { by: 'gary', stars: 5 },
      { by: 'ben', stars: 2 },
      { by: 'walter', stars: 4 },
    ],
  },
  {
    id: 'door-mat',
    title: 'Door mat',
    department: 'home',
    price: money(2350),
    stock: 12,
    grams: 1605,
    reviews: [
      { by: 'goldie', stars: 3 },
      { by: 'ada', stars: 3 },
    ],
  },
  {
    id: 'coat-hook',
    title: 'Coat hook',
    department: 'home',
    price: money(990),
    stock: 3,
    grams: 2391,
    reviews: [{ by: 'ada', stars: 2 }],
  },
  {
    id: 'garden-hose',
    title: 'Garden hose',
    department: 'garden',
    price: money(4150),
    stock: 0,
    grams: 324,
    reviews: [],
  },
  {
    id: 'watering-can',
    title: 'Watering can',
    department: 'garden',
    price: money(2890),
    stock: 40,
    grams: 2478,
    reviews: [
      { by: 'walter', stars: 3 },
      { by: 'emma', stars: 5 },
      { by: 'gary', stars: 5 },
    ],
  },
  {
    id: 'hand-trowel',
    title: 'Hand trowel',
    department: 'garden',
    price: money(1580),
    stock: 7,
    grams: 816,
    reviews: [
      { by: 'emma', stars: 4 },
      { by: 'gary', stars: 3 },
    ],
  },
  {
    id: 'bird-house',
    title: 'Bird house',
    department: 'garden',
    price: money(3300),
    stock: 12,
    grams: 415,
    reviews: [{ by: 'goldie', stars: 3 }],
  },
  {
    id: 'plant-pot',
    title: 'Plant pot',
    department: 'garden',
    price: money(1120),
    stock: 3,
    grams: 2432,
    reviews: [],
  },
  {
    id: 'leaf-rake',
    title: 'Leaf rake',
    department: 'garden',
    price: money(2640),
    stock: 0,
    grams: 563,
    reviews: [
      { by: 'gary', stars: 5 },
      { by: 'gary', stars: 5 },
      { by: 'gary', stars: 2 },
    ],
  },
  {
    id: 'note-book',
    title: 'Note book',
    department: 'desk',
    price: money(750),
    stock: 40,
    grams: 702,
    reviews: [
      { by: 'walter', stars: 5 },
      { by: 'ben', stars: 4 },
    ],
  },
  {
    id: 'fountain-pen',
    title: 'Fountain pen',
    department: 'desk',
    price: money(4800),
    stock: 7,
    grams: 240,
    reviews: [{ by: 'emma', stars: 5 }],
  },
  {
    id: 'desk-lamp',
    title: 'Desk lamp',
    department: 'desk',
    price: money(6900),
    stock: 12,
    grams: 397,
    reviews: [],
  },
  {
    id: 'paper-tray',
    title: 'Paper tray',
    department: 'desk',
    price: money(1700),
    stock: 3,
    grams: 2455,
    reviews: [
      { by: 'walter', stars: 4 },
      { by: 'gary', stars: 4 },
      { by: 'walter', stars: 5 },
    ],
  },
  {
    id: 'pencil-case',
    title: 'Pencil case',
    department: 'desk',
    price: money(1350),
    stock: 0,
    grams: 2021,
    reviews: [
      { by: 'emma', stars: 2 },
      { by: 'ada', stars: 4 },
    ],
  },
  {
    id: 'map-of-the-world',
    title: 'Map of the world',
    department: 'desk',
    price: money(2950),
    stock: 40,
    grams: 328,
    reviews: [{ by: 'goldie', stars: 2 }],
  },
]

const byId = new Map(products.map((product) => [product.id, product]))

export const productOf = (id: string): Product | undefined => byId.get(id)

export const inDepartment = (department: Department): readonly Product[] =>
  products.filter((product) => product.department === department)

export const isDepartment = (text: string): text is Department =>
  DEPARTMENTS.some((department) => department === text)

/** The mean of the stars, or undefined without a review. */
export function starsOf({ reviews }: Product): number | undefined {
  if (reviews.length === 0) return undefined
  return reviews.reduce((sum, { stars }) => sum + stars, 0) / reviews.length
}
