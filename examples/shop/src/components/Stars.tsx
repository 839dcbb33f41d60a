const MOST = 5

/** Stars for the eye, and the number for those who listen. */
export function Stars({ stars }: { readonly stars: number }) {
  const full = Math.round(stars)
  return (
    <span className="stars" role="img" aria-label={`${stars.toFixed(1)} of ${MOST} stars`}>
      {'★'.repeat(full)}
      {'☆'.repeat(MOST - full)}
    </span>
  )
}
