declare global {
  namespace App {
    interface PageState {
      /** The visit that was saved where its form stands: the address is that of the saved visit already. */
      saved?: string;
    }
  }
}
export {};
