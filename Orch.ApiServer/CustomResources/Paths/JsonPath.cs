using System.Globalization;
using System.Text;
using Orch.ApiServer.Json;
using Orch.ApiServer.CustomResources.Schemas;

namespace Orch.ApiServer.CustomResources.Paths;

/// <summary>kubectl's JSONPath as far as printer columns use it: fields, indexes, ranges, wildcards, descent, filters.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubectl/jsonpath/ Keys that are absent yield nothing.</remarks>
internal sealed class JsonPath
{
    private const int MaxResults = 1_000;

    // A path is read by recursion and followed for each row of a table: without bounds one definition could end the server or keep it busy.
    private const int MaxSteps = 128;
    private const int MaxDescents = 8;
    private const int MaxNesting = 16;
    private readonly List<Step> _steps = [];
    private readonly string _text;
    private int _at;

    private readonly int _nesting;

    private JsonPath(string text, int nesting) => (_text, _nesting) = (text, nesting);

    /// <summary>Reads a path such as <c>.status.conditions[?(@.type=="Ready")].status</c>.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static JsonPath Parse(string text) => Parse(text, 0);

    private static JsonPath Parse(string text, int nesting)
    {
        if (nesting > MaxNesting) { throw new FormatException($"more than {MaxNesting} filters inside each other"); }
        var path = new JsonPath(text, nesting);
        path.Read();
        return path;
    }

    /// <summary>What the path leads to, in order.</summary>
    public IReadOnlyList<object?> Find(object? root)
    {
        List<object?> found = [root];
        foreach (var step in _steps)
        {
            var next = new List<object?>();
            foreach (var value in found) { step.Apply(value, next); }
            if (next.Count > MaxResults) { next.RemoveRange(MaxResults, next.Count - MaxResults); }
            found = next;
        }

        return found;
    }

    private void Read()
    {
        while (_at < _text.Length)
        {
            switch (_text[_at])
            {
                case '$' or '@' when _at == 0: _at++; break;
                case '.' when _at + 1 < _text.Length && _text[_at + 1] == '.':
                    _at += 2;
                    _steps.Add(new Descent());
                    if (_at < _text.Length && _text[_at] is not ('.' or '[')) { ReadName(); }
                    break;
                case '.':
                    _at++;
                    if (_at < _text.Length && _text[_at] is not ('.' or '[')) { ReadName(); }
                    break;
                case '[': ReadBracket(); break;
                default: ReadName(); break;
            }

            if (_steps.Count > MaxSteps) { throw new FormatException($"more than {MaxSteps} steps"); }
            if (_steps.Count(static step => step is Descent) > MaxDescents) { throw new FormatException($"more than {MaxDescents} recursive descents"); }
        }
    }

    private void ReadName()
    {
        var name = new StringBuilder();
        while (_at < _text.Length && _text[_at] is not ('.' or '['))
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length) { _at++; }
            name.Append(_text[_at++]);
        }

        _steps.Add(name.ToString() == "*" ? new All() : new Field(name.ToString()));
    }

    private void ReadBracket()
    {
        var end = EndOfBracket();
        var inner = _text[(_at + 1)..end].Trim();
        _at = end + 1;
        if (inner == "*") { _steps.Add(new All()); }
        else if (inner.StartsWith("?(", StringComparison.Ordinal) && inner.EndsWith(')')) { _steps.Add(Filter.Parse(inner[2..^1], _nesting + 1)); }
        else if (inner.Length >= 2 && inner[0] is '\'' or '"' && inner[^1] == inner[0]) { _steps.Add(new Field(inner[1..^1])); }
        else if (inner.Contains(':', StringComparison.Ordinal)) { _steps.Add(Slice.Parse(inner)); }
        else if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) { _steps.Add(new Slice(index, null, 1)); }
        else { throw new FormatException($"invalid array index {inner}"); }
    }

    private int EndOfBracket()
    {
        var depth = 0;
        var quote = '\0';
        for (var index = _at; index < _text.Length; index++)
        {
            var letter = _text[index];
            if (quote != '\0') { if (letter == quote) { quote = '\0'; } continue; }
            if (letter is '\'' or '"') { quote = letter; }
            else if (letter == '[') { depth++; }
            else if (letter == ']' && --depth == 0) { return index; }
        }

        throw new FormatException("unterminated array");
    }

    private abstract class Step
    {
        public abstract void Apply(object? value, List<object?> found);
    }

    private sealed class Field(string name) : Step
    {
        public override void Apply(object? value, List<object?> found)
        {
            if (value is JsonMap map && map.TryGetValue(name, out var item)) { found.Add(item); }
        }
    }

    private sealed class All : Step
    {
        public override void Apply(object? value, List<object?> found)
        {
            if (value is JsonList list) { found.AddRange(list); }
            else if (value is JsonMap map) { found.AddRange(map.Values); }
        }
    }

    private sealed class Descent : Step
    {
        public override void Apply(object? value, List<object?> found)
        {
            if (found.Count > MaxResults) { return; }
            found.Add(value);
            if (value is JsonList list) { foreach (var item in list) { Apply(item, found); } }
            else if (value is JsonMap map) { foreach (var item in map.Values) { Apply(item, found); } }
        }
    }

    // A null end with step 1 is one index.
    private sealed class Slice(int start, int? end, int step) : Step
    {
        public static Slice Parse(string text)
        {
            var parts = text.Split(':');
            if (parts.Length > 3) { throw new FormatException($"invalid array index {text}"); }
            return new Slice(Number(parts[0]) ?? 0, Number(parts[1]) ?? int.MaxValue, parts.Length == 3 ? Math.Max(1, Number(parts[2]) ?? 1) : 1);

            static int? Number(string part) => part.Trim().Length == 0 ? null
                : int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"invalid array index {part}");
        }

        public override void Apply(object? value, List<object?> found)
        {
            if (value is not JsonList list) { return; }
            var first = start < 0 ? start + list.Count : start;
            var last = end is null ? (first < 0 ? first : first + 1) : end < 0 ? end.Value + list.Count : Math.Min(end.Value, list.Count);
            for (var index = Math.Max(first, 0); index < last && index < list.Count; index += step) { found.Add(list[index]); }
        }
    }

    private sealed class Filter(JsonPath left, string operation, JsonPath? right, object? literal) : Step
    {
        private static readonly string[] Operations = ["==", "!=", "<=", ">=", "<", ">"];

        public static Filter Parse(string text, int nesting)
        {
            var quote = '\0';
            for (var index = 0; index < text.Length; index++)
            {
                var letter = text[index];
                if (quote != '\0') { if (letter == quote) { quote = '\0'; } continue; }
                if (letter is '\'' or '"') { quote = letter; continue; }
                foreach (var candidate in Operations)
                {
                    if (!text.AsSpan(index).StartsWith(candidate)) { continue; }
                    var other = text[(index + candidate.Length)..].Trim();
                    return other.StartsWith('@') || other.StartsWith('$')
                        ? new Filter(JsonPath.Parse(text[..index].Trim(), nesting), candidate, JsonPath.Parse(other, nesting), null)
                        : new Filter(JsonPath.Parse(text[..index].Trim(), nesting), candidate, null, Literal(other));
                }
            }

            return new Filter(JsonPath.Parse(text.Trim(), nesting), string.Empty, null, null);
        }

        public override void Apply(object? value, List<object?> found)
        {
            IEnumerable<object?> items = value switch { JsonList list => list, JsonMap map => map.Values, _ => [] };
            foreach (var item in items)
            {
                var mine = left.Find(item);
                if (operation.Length == 0) { if (mine.Count > 0) { found.Add(item); } continue; }
                if (mine.Count == 0) { continue; }
                var other = literal;
                if (right is not null)
                {
                    var theirs = right.Find(item);
                    if (theirs.Count == 0) { continue; }
                    other = theirs[0];
                }

                if (Holds(mine[0], other)) { found.Add(item); }
            }
        }

        private static object Literal(string text) => text switch
        {
            _ when text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] => text[1..^1],
            "true" => true,
            "false" => false,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => new JsonNumber(text),
            _ => throw new FormatException($"unrecognized identifier {text}"),
        };

        private bool Holds(object? one, object? other)
        {
            if (operation is "==" or "!=") { return JsonTree.Equals(one, other) == (operation == "=="); }
            int order;
            if (one is JsonNumber a && other is JsonNumber b) { order = SchemaValues.ToDouble(a).CompareTo(SchemaValues.ToDouble(b)); }
            else if (one is string c && other is string d) { order = string.CompareOrdinal(c, d); }
            else { return false; }
            return operation switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
        }
    }
}
