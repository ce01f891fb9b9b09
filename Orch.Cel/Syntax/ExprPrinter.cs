using System.Globalization;
using System.Text;

namespace Orch.Cel.Syntax;

/// <summary>Writes a tree as source that parses to the same tree.</summary>
internal sealed class ExprPrinter
{
    private readonly StringBuilder _text = new();

    public static string Print(Expr expression)
    {
        var printer = new ExprPrinter();
        printer.Write(expression);
        return printer._text.ToString();
    }

    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            switch (character)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ' or '\x7f': text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"); break;
                default: text.Append(character); break;
            }
        }

        return text.Append('"').ToString();
    }

    public static string QuoteBytes(byte[] value)
    {
        var text = new StringBuilder("b\"");
        foreach (var item in value)
        {
            if (item is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\') { text.Append((char)item); }
            else { text.Append(CultureInfo.InvariantCulture, $"\\x{item:x2}"); }
        }

        return text.Append('"').ToString();
    }

    private static string? Infix(string function) => function switch
    {
        Operators.In => "in",
        Operators.Index or Operators.OptionalIndex => null,
        _ when function.Length >= 3 && function[0] == '_' && function[^1] == '_' => function[1..^1],
        _ => null,
    };

    private void Write(Expr expression)
    {
        switch (expression)
        {
            case ConstExpr constant: WriteConstant(constant.Value); break;
            case IdentExpr ident: _text.Append(ident.Name); break;
            case SelectExpr select:
                if (select.IsTest) { _text.Append("has("); }
                WriteOperand(select.Operand);
                _text.Append(select.IsOptional ? ".?" : ".").Append(select.Field);
                if (select.IsTest) { _text.Append(')'); }
                break;
            case CallExpr call: WriteCall(call); break;
            case LogicalExpr logical:
                for (var index = 0; index < logical.Terms.Length; index++)
                {
                    if (index > 0) { _text.Append(logical.IsAnd ? " && " : " || "); }
                    WriteParenthesized(logical.Terms[index]);
                }

                break;
            case ConditionalExpr conditional:
                WriteParenthesized(conditional.Condition);
                _text.Append(" ? ");
                WriteParenthesized(conditional.WhenTrue);
                _text.Append(" : ");
                WriteParenthesized(conditional.WhenFalse);
                break;
            case ListExpr list:
                _text.Append('[');
                for (var index = 0; index < list.Items.Length; index++)
                {
                    _text.Append(index > 0 ? ", " : string.Empty).Append(list.Optional[index] ? "?" : string.Empty);
                    Write(list.Items[index]);
                }

                _text.Append(']');
                break;
            case MapExpr map:
                _text.Append('{');
                for (var index = 0; index < map.Entries.Length; index++)
                {
                    _text.Append(index > 0 ? ", " : string.Empty).Append(map.Entries[index].IsOptional ? "?" : string.Empty);
                    Write(map.Entries[index].Key);
                    _text.Append(": ");
                    Write(map.Entries[index].Value);
                }

                _text.Append('}');
                break;
            case ObjectExpr made:
                _text.Append(made.Name).Append('{');
                for (var index = 0; index < made.Entries.Length; index++)
                {
                    _text.Append(index > 0 ? ", " : string.Empty).Append(made.Entries[index].IsOptional ? "?" : string.Empty);
                    _text.Append(made.Entries[index].Field).Append(": ");
                    Write(made.Entries[index].Value);
                }

                _text.Append('}');
                break;
            case ComprehensionExpr comprehension:
                WriteOperand(comprehension.Range);
                _text.Append('.').Append(comprehension.Macro).Append('(').Append(comprehension.First);
                if (comprehension.Second is not null) { _text.Append(", ").Append(comprehension.Second); }
                foreach (var part in new[] { comprehension.Predicate, comprehension.Transform })
                {
                    if (part is null) { continue; }
                    _text.Append(", ");
                    Write(part);
                }

                _text.Append(')');
                break;
            case BindExpr bind:
                if (bind.Kind == BindKind.Bind) { _text.Append("cel.bind(").Append(bind.Name).Append(", "); Write(bind.Value); }
                else
                {
                    WriteOperand(bind.Value);
                    _text.Append(bind.Kind switch { BindKind.OptionalMap => ".optMap(", BindKind.OptionalFlatMap => ".optFlatMap(", _ => ".sortBy(" }).Append(bind.Name);
                }

                _text.Append(", ");
                Write(bind.Body);
                _text.Append(')');
                break;
        }
    }

    private void WriteCall(CallExpr call)
    {
        switch (call.Function)
        {
            case Operators.Not or Operators.Negate:
                _text.Append(call.Function[0]);
                // A minus before a number would become part of it.
                if (call.Arguments[0] is ConstExpr || call.Function == Operators.Negate) { WriteInParentheses(call.Arguments[0]); }
                else { WriteOperand(call.Arguments[0]); }
                return;
            case Operators.Index or Operators.OptionalIndex:
                WriteOperand(call.Arguments[0]);
                _text.Append(call.Function == Operators.Index ? "[" : "[?");
                Write(call.Arguments[1]);
                _text.Append(']');
                return;
        }

        if (Infix(call.Function) is { } symbol)
        {
            WriteParenthesized(call.Arguments[0]);
            _text.Append(' ').Append(symbol).Append(' ');
            WriteParenthesized(call.Arguments[1]);
            return;
        }

        if (call.Target is not null)
        {
            WriteOperand(call.Target);
            _text.Append('.');
        }

        _text.Append(call.Function).Append('(');
        for (var index = 0; index < call.Arguments.Length; index++)
        {
            if (index > 0) { _text.Append(", "); }
            Write(call.Arguments[index]);
        }

        _text.Append(')');
    }

    private void WriteConstant(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Uint: _text.Append(value.AsUint()).Append('u'); break;
            case CelKind.Double:
                var text = value.AsDouble().ToString("R", CultureInfo.InvariantCulture);
                _text.Append(text).Append(text.AsSpan().IndexOfAny('.', 'E') < 0 ? ".0" : string.Empty);
                break;
            case CelKind.String: _text.Append(Quote(value.AsString())); break;
            case CelKind.Bytes: _text.Append(QuoteBytes(value.AsBytes())); break;
            default: _text.Append(value.ToString()); break;
        }
    }

    private static bool BindsLoosely(Expr expression)
        => expression is LogicalExpr or ConditionalExpr || (expression is CallExpr call && (Infix(call.Function) is not null || call.Function is Operators.Not or Operators.Negate));

    private void WriteOperand(Expr expression)
    {
        if (BindsLoosely(expression)) { WriteInParentheses(expression); }
        else { Write(expression); }
    }

    private void WriteParenthesized(Expr expression) => WriteOperand(expression);

    private void WriteInParentheses(Expr expression)
    {
        _text.Append('(');
        Write(expression);
        _text.Append(')');
    }
}
