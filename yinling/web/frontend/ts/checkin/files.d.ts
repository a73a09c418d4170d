/** A script bundled on its own, and its address. */
declare module "*?worker&url" {
  const address: string;
  export default address;
}
