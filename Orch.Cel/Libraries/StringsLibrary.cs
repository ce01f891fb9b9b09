using System.Text;
using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>cel-go's extension for strings, version 2. Positions count code points.</summary>
internal static class StringsLibrary
{
    /// <summary>Longer results end the evaluation: a few calls could otherwise fill the memory.</summary>
    public const int MaxResult = 16 * 1024 * 1024;

    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("charAt", ".(string, int) string", CharAt),
        CelOverload.Create("indexOf", ".(string, string) int", (in CelValue text, in CelValue part) => IndexOf(text.AsString(), part.AsString(), 0)) with { Cost = CostModel.IndexOf },
        CelOverload.Create("indexOf", ".(string, string, int) int", (ReadOnlySpan<CelValue> values) => IndexOf(values[0].AsString(), values[1].AsString(), values[2].AsInt()))
            with { Cost = CostModel.IndexOf },
        CelOverload.Create("lastIndexOf", ".(string, string) int", (in CelValue text, in CelValue part) => LastIndexOf(text.AsString(), part.AsString(), null)) with { Cost = CostModel.IndexOf },
        CelOverload.Create("lastIndexOf", ".(string, string, int) int", (ReadOnlySpan<CelValue> values) => LastIndexOf(values[0].AsString(), values[1].AsString(), values[2].AsInt()))
            with { Cost = CostModel.IndexOf },
        CelOverload.Create("join", ".(list<string>) string", (in CelValue list) => Join(list.AsList(), string.Empty)) with { Cost = CostModel.Join },
        CelOverload.Create("join", ".(list<string>, string) string", (in CelValue list, in CelValue separator) => Join(list.AsList(), separator.AsString())) with { Cost = CostModel.Join },
        CelOverload.Create("lowerAscii", ".(string) string", (in CelValue text) => CelValue.FromString(MapAscii(text.AsString(), lower: true))) with { Cost = CostModel.Traverse },
        CelOverload.Create("upperAscii", ".(string) string", (in CelValue text) => CelValue.FromString(MapAscii(text.AsString(), lower: false))) with { Cost = CostModel.Traverse },
        CelOverload.Create("trim", ".(string) string", (in CelValue text) => CelValue.FromString(text.AsString().Trim())) with { Cost = CostModel.Traverse },
        CelOverload.Create("replace", ".(string, string, string) string", (ReadOnlySpan<CelValue> values) => Replace(values[0].AsString(), values[1].AsString(), values[2].AsString(), -1))
            with { Cost = CostModel.Replace },
        CelOverload.Create("replace", ".(string, string, string, int) string",
            (ReadOnlySpan<CelValue> values) => Replace(values[0].AsString(), values[1].AsString(), values[2].AsString(), values[3].AsInt())) with { Cost = CostModel.Replace },
        CelOverload.Create("split", ".(string, string) list<string>", (in CelValue text, in CelValue separator) => Split(text.AsString(), separator.AsString(), -1)) with { Cost = CostModel.Split },
        CelOverload.Create("split", ".(string, string, int) list<string>", (ReadOnlySpan<CelValue> values) => Split(values[0].AsString(), values[1].AsString(), values[2].AsInt()))
            with { Cost = CostModel.Split },
        CelOverload.Create("substring", ".(string, int) string", (in CelValue text, in CelValue start) => Substring(text.AsString(), start.AsInt(), null)) with { Cost = CostModel.Traverse },
        CelOverload.Create("substring", ".(string, int, int) string", (ReadOnlySpan<CelValue> values) => Substring(values[0].AsString(), values[1].AsInt(), values[2].AsInt()))
            with { Cost = CostModel.Traverse },
        CelOverload.Create("strings.quote", "(string) string", (in CelValue text) => CelValue.FromString(Quote(text.AsString()))) with { Cost = CostModel.Quote },
        CelOverload.Create("format", ".(string, list<dyn>) string", (in CelValue text, in CelValue values) => StringFormat.Format(text.AsString(), values.AsList())) with { Cost = CostModel.Traverse },
    ];

    private static CelValue OutOfRange(long index) => CelValue.Fault($"index out of range: {index}");

    /// <summary>Where the code point of this number begins; the text's length for the one behind the last.</summary>
    private static int Offset(string text, long runes)
    {
        if (CostRules.Characters(text) == text.Length) { return (int)runes; }
        var at = 0;
        for (; runes > 0; runes--) { at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1; }
        return at;
    }

    private static CelValue CharAt(in CelValue value, in CelValue index)
    {
        var text = value.AsString();
        var position = index.AsInt();
        var length = CostRules.Characters(text);
        if (position < 0 || position > length) { return OutOfRange(position); }
        return CelValue.FromString(position == length ? string.Empty : text[Offset(text, position)..Offset(text, position + 1)]);
    }

    private static CelValue IndexOf(string text, string part, long start)
    {
        var length = CostRules.Characters(text);
        if (start < 0) { return OutOfRange(start); }
        if (part.Length == 0) { return start > length ? OutOfRange(start) : CelValue.FromInt(start); }
        if (start >= length) { return length == 0 || start == length ? CelValue.FromInt(-1) : OutOfRange(start); }
        var at = text.IndexOf(part, Offset(text, start), StringComparison.Ordinal);
        return CelValue.FromInt(at < 0 ? -1 : CostRules.Characters(text[..at]));
    }

    private static CelValue LastIndexOf(string text, string part, long? start)
    {
        var length = CostRules.Characters(text);
        if (start is { } given && (given < 0 || given > length)) { return OutOfRange(given); }
        if (part.Length == 0) { return CelValue.FromInt(start ?? length); }
        if (text.Length < part.Length) { return CelValue.FromInt(-1); }
        var from = Offset(text, Math.Min(start ?? length, length));
        var end = Math.Min(text.Length, from + part.Length);
        var at = text.AsSpan(0, end).LastIndexOf(part, StringComparison.Ordinal);
        return CelValue.FromInt(at < 0 ? -1 : CostRules.Characters(text[..at]));
    }

    private static CelValue Join(CelList list, string separator)
    {
        var text = new StringBuilder();
        for (var index = 0; index < list.Count; index++)
        {
            if (index > 0) { text.Append(separator); }
            var item = list[index];
            if (item.Kind != CelKind.String) { return CelValue.Fault("join: list contains non-string value " + item); }
            text.Append(item.AsString());
            if (text.Length > MaxResult) { return TooLarge(); }
        }

        return CelValue.FromString(text.ToString());
    }

    private static CelValue TooLarge() => CelValue.Fault("string too large");

    private static string MapAscii(string text, bool lower)
        => string.Create(text.Length, (text, lower), static (span, state) =>
        {
            for (var index = 0; index < span.Length; index++)
            {
                var character = state.text[index];
                span[index] = state.lower ? (character is >= 'A' and <= 'Z' ? (char)(character | 0x20) : character)
                    : character is >= 'a' and <= 'z' ? (char)(character & ~0x20) : character;
            }
        });

    private static CelValue Replace(string text, string old, string with, long count)
    {
        if (count == 0 || old == with) { return CelValue.FromString(text); }
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (count != 0)
        {
            int found;
            if (old.Length == 0)
            {
                // An empty text is found before every code point and at the end.
                result.Append(with);
                count--;
                if (at >= text.Length) { break; }
                if (count == 0) { break; }
                var next = at + (char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1);
                result.Append(text, at, next - at);
                at = next;
            }
            else
            {
                found = text.IndexOf(old, at, StringComparison.Ordinal);
                if (found < 0) { break; }
                result.Append(text, at, found - at).Append(with);
                at = found + old.Length;
                count--;
            }

            if (result.Length > MaxResult) { return TooLarge(); }
        }

        return CelValue.FromString(result.Append(text, at, text.Length - at).ToString());
    }

    private static CelValue Split(string text, string separator, long count)
    {
        if (count == 0) { return CelValue.FromList(CelList.Of()); }
        var parts = new List<CelValue>();
        var at = 0;
        while (count < 0 || parts.Count < count - 1)
        {
            if (separator.Length == 0)
            {
                if (at >= text.Length) { break; }
                var next = at + (char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1);
                if (next >= text.Length) { break; }
                parts.Add(CelValue.FromString(text[at..next]));
                at = next;
                continue;
            }

            var found = text.IndexOf(separator, at, StringComparison.Ordinal);
            if (found < 0) { break; }
            parts.Add(CelValue.FromString(text[at..found]));
            at = found + separator.Length;
        }

        if (separator.Length > 0 || at < text.Length) { parts.Add(CelValue.FromString(text[at..])); }
        return CelValue.FromList(CelList.Of([.. parts]));
    }

    private static CelValue Substring(string text, long start, long? end)
    {
        var length = CostRules.Characters(text);
        if (end is { } last && start > last) { return CelValue.Fault($"invalid substring range. start: {start}, end: {last}"); }
        if (start < 0 || start > length) { return OutOfRange(start); }
        if (end is { } stop && (stop < 0 || stop > length)) { return OutOfRange(stop); }
        return CelValue.FromString(text[Offset(text, start)..Offset(text, end ?? length)]);
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                '"' => "\\\"",
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
