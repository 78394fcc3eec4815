/** Shape and letter of each role, so that nobody needs the colours. */
const polygon = (corners, radius, turn = 0) => {
    const points = [...Array(corners).keys()].map((corner) => {
        const angle = (2 * Math.PI * corner) / corners + turn;
        const x = radius * Math.sin(angle);
        const y = -radius * Math.cos(angle);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    return `M${points.join("L")}Z`;
};

export const SHAPES = {
    supplier: {letter: "S", path: polygon(4, 25, Math.PI / 4)},
    customer: {letter: "C", path: polygon(24, 19)},
    owner: {letter: "O", path: polygon(4, 24)},
    partner: {letter: "P", path: polygon(6, 21)},
    employee: {letter: "E", path: polygon(3, 26)},
    proposition: {letter: "V", path: "M-30 -15H30V15H-30Z"},
    contact: {letter: "", path: polygon(24, 11)},
};

export const shapeOf = ({roles}) => SHAPES[roles[0]] || SHAPES.contact;
