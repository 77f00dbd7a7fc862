/** A page of a PDF: its lines from top to bottom, each with the size of its letters. */
export interface PdfPage {
  readonly lines: readonly (string | { readonly text: string; readonly size: number })[];
}

export interface PdfOptions {
  readonly title?: string;
  /** Titles of the outline with the page (from 1) that each leads to. */
  readonly outline?: readonly { readonly title: string; readonly page: number }[];
}

const BODY_SIZE = 11;
const LEADING = 1.3;
const TOP = 780;

/** A small PDF of text in Helvetica, a piece at a time: enough of the format to be read by others. */
export function* pdfFile(
  pages: Iterable<PdfPage>,
  { title, outline = [] }: PdfOptions = {},
): Generator<Buffer, void, undefined> {
  const offsets: number[] = [];
  let written = 0;
  const piece = (text: string) => {
    const bytes = Buffer.from(text, "latin1");
    written += bytes.length;
    return bytes;
  };
  const object = (number: number, body: string) => {
    offsets[number] = written;
    return piece(`${number} 0 obj\n${body}\nendobj\n`);
  };
  // 1 catalog, 2 page tree, 3 font, 4 information, 5 root of the outline, then its titles, then the pages.
  const firstPage = 6 + outline.length;
  const pageNumber = (page: number) => firstPage + 2 * (page - 1);
  yield piece("%PDF-1.4\n");
  yield object(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  yield object(4, `<< /Title (${escaped(title ?? "")}) >>`);
  let count = 0;
  for (const page of pages) {
    const number = pageNumber(++count);
    const content = contentOf(page);
    yield object(
      number,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${number + 1} 0 R >>`,
    );
    yield object(
      number + 1,
      `<< /Length ${Buffer.byteLength(content, "latin1")} >>\nstream\n${content}\nendstream`,
    );
  }
  const kids = Array.from({ length: count }, (_, index) => `${pageNumber(index + 1)} 0 R`);
  yield object(2, `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${count} >>`);
  yield object(
    5,
    `<< /Type /Outlines /First 6 0 R /Last ${5 + outline.length} 0 R /Count ${outline.length} >>`,
  );
  for (const [index, entry] of outline.entries()) {
    const next = index + 1 < outline.length ? ` /Next ${7 + index} 0 R` : "";
    const previous = index > 0 ? ` /Prev ${5 + index} 0 R` : "";
    yield object(
      6 + index,
      `<< /Title (${escaped(entry.title)}) /Parent 5 0 R${next}${previous} /Dest [${pageNumber(entry.page)} 0 R /Fit] >>`,
    );
  }
  yield object(1, `<< /Type /Catalog /Pages 2 0 R${outline.length > 0 ? " /Outlines 5 0 R" : ""} >>`);
  const table = written;
  const rows = Array.from(
    { length: offsets.length - 1 },
    (_, index) => `${String(offsets[index + 1] ?? 0).padStart(10, "0")} 00000 n \n`,
  );
  yield piece(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${rows.join("")}`);
  yield piece(`trailer\n<< /Size ${offsets.length} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${table}\n%%EOF\n`);
}

function contentOf({ lines }: PdfPage): string {
  let y = TOP;
  const shown = lines.map((line) => {
    const { text, size } = typeof line === "string" ? { text: line, size: BODY_SIZE } : line;
    y -= size * LEADING;
    return text === "" ? "" : `/F1 ${size} Tf 1 0 0 1 60 ${y.toFixed(1)} Tm (${escaped(text)}) Tj`;
  });
  return `BT ${shown.filter((line) => line !== "").join(" ")} ET`;
}

function escaped(text: string): string {
  return text.replace(/[\\()]/g, "\\$&");
}
