/** Columns as wide as their widest cell: the first to the left, a mark and its text too, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, cells) => cells.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows.map((cells) => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return /^[-\d.,+ x]+( m?s| %)?$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
    });
    return `  ${padded.join("  ").trimEnd()}`;
  }).join("\n");
}

/** A number with as many decimals as its size deserves. */
export const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

export const count = (value: number): string => value.toLocaleString("en");
