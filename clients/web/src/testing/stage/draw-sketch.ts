/** A small drawing as a PNG, so that tests and screenshots have a picture of their own. */
export function drawSketch(): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = 960;
  canvas.height = 540;
  const pen = canvas.getContext('2d');
  if (pen !== null) {
    const sky = pen.createLinearGradient(0, 0, 0, 540);
    sky.addColorStop(0, '#f6e7cf');
    sky.addColorStop(0.55, '#e9d3b4');
    sky.addColorStop(0.56, '#6f9aa0');
    sky.addColorStop(1, '#3f6d78');
    pen.fillStyle = sky;
    pen.fillRect(0, 0, 960, 540);
    pen.strokeStyle = '#2c4a45';
    pen.lineWidth = 6;
    pen.beginPath();
    pen.moveTo(0, 420);
    pen.bezierCurveTo(250, 300, 520, 520, 960, 360);
    pen.stroke();
    pen.fillStyle = '#2f6b4f';
    for (let x = 60; x < 960; x += 110) {
      pen.beginPath();
      pen.arc(x, 285 - (x % 40), 34, 0, 2 * Math.PI);
      pen.fill();
      pen.fillRect(x - 4, 285, 8, 60);
    }
  }
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? new Blob()), 'image/png'));
}
