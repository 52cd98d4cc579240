export const up = () => fill();
