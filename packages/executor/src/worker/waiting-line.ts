/** What stands in a {@link WaitingLine} knows its place there. */
export interface Placed {
  place: number;
}

/** Places that are left empty before the line moves up. */
const MOST_EMPTY = 1024;

/**
 * Items in the order in which they came. A Set keeps that order, too, but looks at every item that ever left from its
 * front: with 100,000 jobs waiting that was a fifth of a job's time.
 */
export class WaitingLine<Item extends Placed> implements Iterable<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Puts `item`, which is in no line, at the end. */
  add(item: Item): void {
    item.place = this.#items.push(item) - 1;
    this.#size += 1;
  }

  /** Takes `item` out, from wherever in this line it stands. */
  delete(item: Item): void {
    if (this.#items[item.place] !== item) return;
    this.#items[item.place] = undefined;
    this.#size -= 1;
    while (this.#first < this.#items.length && !this.#items[this.#first]) this.#first += 1;
    if (this.#first > MOST_EMPTY && this.#first > this.#items.length / 2) this.#moveUp();
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let place = this.#first; place < this.#items.length; place++) {
      const item = this.#items[place];
      if (item) yield item;
    }
  }

  #moveUp(): void {
    this.#items = this.#items.filter((item) => item !== undefined);
    this.#first = 0;
    for (const [place, item] of this.#items.entries()) if (item) item.place = place;
  }
}
