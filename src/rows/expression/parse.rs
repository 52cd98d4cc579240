use super::Expression;
use super::lexer::{Token, tokens};

/// More than this deep is not read.
const DEPTH: usize = 200;

/// Reads an expression as Postgres prints it; [`Expression::Unknown`] for what is not understood.
pub(in crate::rows) fn parse(text: &str) -> Expression {
    let Some(tokens) = tokens(text) else { return Expression::Unknown };
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    match parser.expression(0) {
        Some(expression) if parser.at == parser.tokens.len() => expression,
        _ => Expression::Unknown,
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// How strongly operators bind (documentation, "Operator Precedence").
fn strength(token: &Token) -> Option<u8> {
    Some(match token {
        Token::Word(word) => match word.as_str() {
            "OR" => 1,
            "AND" => 2,
            "IS" => 4,
            "AT" => 11,
            "COLLATE" => 12,
            _ => return None,
        },
        Token::Sign(sign) => match sign.as_str() {
            "<" | ">" | "=" | "<=" | ">=" | "<>" => 5,
            "+" | "-" => 8,
            "*" | "/" | "%" => 9,
            "^" => 10,
            "::" => 14,
            "(" | ")" | "[" | "]" | "," | "." => return None,
            _ => 7,
        },
        _ => return None,
    })
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found == word)
    }

    fn takes_sign(&mut self, sign: &str) -> Option<()> {
        self.is_sign(sign).then(|| self.at += 1)
    }

    fn takes_word(&mut self, word: &str) -> Option<()> {
        self.is_word(word).then(|| self.at += 1)
    }

    fn expression(&mut self, least: u8) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut left = self.operand()?;
        while let Some(strength) = self.peek().and_then(strength).filter(|it| *it > least) {
            left = self.operation(left, strength)?;
        }
        self.depth -= 1;
        Some(left)
    }

    fn operation(&mut self, left: Expression, strength: u8) -> Option<Expression> {
        let token = self.next()?;
        let left = Box::new(left);
        let operator = match token {
            Token::Word(word) => match word.as_str() {
                "AND" => return Some(Expression::And(left, Box::new(self.expression(strength)?))),
                "OR" => return Some(Expression::Or(left, Box::new(self.expression(strength)?))),
                "IS" => return self.is_what(left),
                "COLLATE" => {
                    self.type_name()?;
                    return Some(*left);
                }
                _ => {
                    self.takes_word("TIME")?;
                    self.takes_word("ZONE")?;
                    self.expression(strength)?;
                    return Some(*left);
                }
            },
            Token::Sign(sign) if sign == "::" => {
                return Some(Expression::Cast(left, self.type_name()?));
            }
            Token::Sign(sign) => sign,
            _ => return None,
        };
        if self.takes_word("ANY").is_some() {
            return Some(Expression::Any(operator, left, Box::new(self.parenthesised()?)));
        }
        if self.takes_word("ALL").is_some() {
            return Some(Expression::All(operator, left, Box::new(self.parenthesised()?)));
        }
        Some(Expression::Binary(operator, left, Box::new(self.expression(strength)?)))
    }

    fn is_what(&mut self, left: Box<Expression>) -> Option<Expression> {
        let is_not = self.takes_word("NOT").is_some();
        let Token::Word(word) = self.next()? else { return None };
        let found = match word.as_str() {
            "NULL" | "UNKNOWN" => Expression::IsNull(left),
            "TRUE" => Expression::Is(left, true),
            "FALSE" => Expression::Is(left, false),
            "DISTINCT" => {
                self.takes_word("FROM")?;
                let right = self.expression(5)?;
                return Some(distinct(*left, right, !is_not));
            }
            _ => return None,
        };
        Some(if is_not { Expression::Not(Box::new(found)) } else { found })
    }

    fn parenthesised(&mut self) -> Option<Expression> {
        self.takes_sign("(")?;
        let inner = self.expression(0)?;
        self.takes_sign(")")?;
        Some(inner)
    }

    fn operand(&mut self) -> Option<Expression> {
        match self.next()? {
            Token::Number(number) => Some(Expression::Number(number)),
            Token::Text(text) => Some(Expression::Text(text)),
            Token::Sign(sign) if sign == "(" => {
                self.at -= 1;
                self.parenthesised()
            }
            Token::Sign(sign) if sign == "-" => match self.expression(13)? {
                Expression::Number(number) => Some(Expression::Number(-number)),
                other => Some(Expression::Call("-".into(), vec![other])),
            },
            Token::Name(name) => self.named(name, false),
            Token::Word(word) => self.word(word),
            Token::Sign(_) => None,
        }
    }

    fn word(&mut self, word: String) -> Option<Expression> {
        match word.as_str() {
            "NULL" => Some(Expression::Null),
            "true" => Some(Expression::Truth(true)),
            "false" => Some(Expression::Truth(false)),
            "NOT" => Some(Expression::Not(Box::new(self.expression(3)?))),
            "ARRAY" => {
                self.takes_sign("[")?;
                Some(Expression::List(self.list("]")?))
            }
            "CASE" => self.case(),
            "VALUE" => Some(Expression::Column(word)),
            "CURRENT_DATE" | "CURRENT_TIMESTAMP" | "LOCALTIMESTAMP" => {
                Some(Expression::Call("now".into(), Vec::new()))
            }
            "EXTRACT" => {
                self.takes_sign("(")?;
                self.next()?;
                self.takes_word("FROM")?;
                self.expression(0)?;
                self.takes_sign(")")?;
                Some(Expression::Unknown)
            }
            _ => self.named(word, true),
        }
    }

    /// A column, or a call; of a qualified name the last part counts.
    fn named(&mut self, first: String, is_word: bool) -> Option<Expression> {
        let mut name = first;
        while self.takes_sign(".").is_some() {
            name = match self.next()? {
                Token::Word(word) | Token::Name(word) => word,
                _ => return None,
            };
        }
        if self.takes_sign("(").is_some() {
            return Some(Expression::Call(name, self.list(")")?));
        }
        if self.takes_sign("[").is_some() {
            self.list("]")?;
            return Some(Expression::Unknown);
        }
        // Words in capitals that are not known here begin something else.
        let is_keyword = is_word && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        (!is_keyword).then_some(Expression::Column(name))
    }

    fn list(&mut self, end: &str) -> Option<Vec<Expression>> {
        let mut items = Vec::new();
        while self.takes_sign(end).is_none() {
            if !items.is_empty() {
                self.takes_sign(",")?;
            }
            items.push(self.expression(0)?);
        }
        Some(items)
    }

    fn case(&mut self) -> Option<Expression> {
        let subject = if self.is_word("WHEN") { None } else { Some(self.expression(0)?) };
        let mut branches = Vec::new();
        while self.takes_word("WHEN").is_some() {
            let mut condition = self.expression(0)?;
            if let Some(subject) = &subject {
                let (left, right) = (Box::new(subject.clone()), Box::new(condition));
                condition = Expression::Binary("=".into(), left, right);
            }
            self.takes_word("THEN")?;
            branches.push((condition, self.expression(0)?));
        }
        let otherwise = match self.takes_word("ELSE") {
            Some(()) => self.expression(0)?,
            None => Expression::Null,
        };
        self.takes_word("END")?;
        Some(Expression::Case(branches, Box::new(otherwise)))
    }

    /// A type: its last name, with `[]` for an array; lengths are left out.
    fn type_name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            match self.peek() {
                Some(Token::Word(word)) if is_of_type(&name, word) => {
                    name = if name.is_empty() { word.clone() } else { format!("{name} {word}") };
                }
                Some(Token::Name(word)) if name.is_empty() => name.clone_from(word),
                Some(Token::Sign(sign)) if sign == "." => name.clear(),
                Some(Token::Sign(sign)) if sign == "(" => {
                    self.at += 1;
                    self.list(")")?;
                    continue;
                }
                Some(Token::Sign(sign)) if sign == "[" => {
                    self.at += 1;
                    self.takes_sign("]")?;
                    name.push_str("[]");
                    continue;
                }
                _ => return (!name.is_empty()).then_some(name),
            }
            self.at += 1;
        }
    }
}

/// The words that make types of several: `timestamp with time zone`.
fn is_of_type(so_far: &str, word: &str) -> bool {
    let more = ["varying", "precision", "with", "without", "time", "zone"];
    so_far.is_empty() || more.contains(&word)
}

fn distinct(left: Expression, right: Expression, is_distinct: bool) -> Expression {
    let call = Expression::Call("is distinct from".into(), vec![left, right]);
    if is_distinct { call } else { Expression::Not(Box::new(call)) }
}
