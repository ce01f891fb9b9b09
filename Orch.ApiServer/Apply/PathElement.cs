using System.Globalization;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Apply;

/// <summary>
/// One step of a path, in the form that <c>fieldsV1</c> has, as UTF-8: <c>f:name</c> a field or key, <c>k:{"name":"web"}</c> an item by its keys,
/// <c>v:"x"</c> an item of a set, <c>i:0</c> an item by position. Two steps are the same when their bytes are.
/// </summary>
internal static class PathElement
{
    /// <summary>A field or a map's key.</summary>
    public static byte[] OfField(ReadOnlySpan<byte> name) => Make((byte)'f', name);

    /// <summary>A field or a map's key.</summary>
    public static byte[] OfField(string name) => OfField(Encoding.UTF8.GetBytes(name));

    /// <summary>An item of a set.</summary>
    public static byte[] OfValue(ReadOnlySpan<byte> json) => Make((byte)'v', json);

    /// <summary>An item by its keys.</summary>
    public static byte[] OfKeys(ReadOnlySpan<byte> json) => Make((byte)'k', json);

    /// <summary>Reads a step as clients send it; null for a kind of step that is not known, which upstream passes over.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static byte[]? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[1] != ':') { throw new FormatException($"missing colon: {Encoding.UTF8.GetString(text)}"); }
        switch (text[0])
        {
            case (byte)'f': return text.ToArray();
            case (byte)'i':
                if (!int.TryParse(text[2..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) { break; }
                return text.ToArray();
            case (byte)'k' or (byte)'v':
                try
                {
                    var value = JsonTree.Read(text[2..]);
                    if (text[0] == 'v') { return OfValue(JsonTree.Write(value)); }
                    if (value is JsonMap map) { return OfKeys(JsonTree.Write(Sorted(map))); }
                }
                catch (JsonException)
                {
                }

                break;
            default: return null;
        }

        throw new FormatException($"invalid path element: {Encoding.UTF8.GetString(text)}");
    }

    /// <summary>The order in which a set lists its steps: fields, keys, values, positions; numbers by value.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left[0] != right[0]) { return Rank(left[0]).CompareTo(Rank(right[0])); }
        if (left[0] == 'f') { return left.SequenceCompareTo(right); }
        var at = left.CommonPrefixLength(right);
        if (at >= left.Length || at >= right.Length) { return left.Length.CompareTo(right.Length); }
        var start = at;
        while (start > 2 && IsNumber(left[start - 1])) { start--; }
        if (left[start - 1] == ':' && IsOutsideStrings(left[2..start]))
        {
            var first = NumberAt(left, start);
            var second = NumberAt(right, start);
            if (first.Length > 0 && second.Length > 0 && CompareNumbers(first, second) is not 0 and var order) { return order; }
        }

        return left[at].CompareTo(right[at]);
    }

    /// <summary>As messages show it: <c>.name</c>, <c>[name="web"]</c>, <c>[="x"]</c>, <c>[0]</c>.</summary>
    public static string Text(ReadOnlySpan<byte> element)
    {
        var content = Encoding.UTF8.GetString(element[2..]);
        switch (element[0])
        {
            case (byte)'f': return "." + content;
            case (byte)'k':
                var pairs = ((JsonMap)JsonTree.Read(element[2..])!).Select(static pair => $"{pair.Key}={Show(pair.Value)}");
                return $"[{string.Join(',', pairs)}]";
            case (byte)'v': return $"[={Show(JsonTree.Read(element[2..]))}]";
            default: return $"[{content}]";
        }
    }

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => GoText.Quote(text),
        bool flag => flag ? "true" : "false",
        _ => value.ToString()!,
    };

    private static JsonMap Sorted(JsonMap map)
    {
        var sorted = new JsonMap();
        foreach (var (key, value) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) { sorted.Add(key, value); }
        return sorted;
    }

    private static byte[] Make(byte kind, ReadOnlySpan<byte> content)
    {
        var element = new byte[content.Length + 2];
        element[0] = kind;
        element[1] = (byte)':';
        content.CopyTo(element.AsSpan(2));
        return element;
    }

    private static int Rank(byte kind) => kind switch { (byte)'f' => 0, (byte)'k' => 1, (byte)'v' => 2, _ => 3 };

    private static bool IsNumber(byte letter) => letter is >= (byte)'0' and <= (byte)'9' or (byte)'-';

    private static bool IsOutsideStrings(ReadOnlySpan<byte> json)
    {
        var isOutside = true;
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] == '"') { isOutside = !isOutside; }
            else if (json[at] == '\\') { at++; }
        }

        return isOutside;
    }

    private static ReadOnlySpan<byte> NumberAt(ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end < text.Length && IsNumber(text[end])) { end++; }
        return text[start..end];
    }

    // JSON has no leading zeros, so that of whole numbers the longer is the greater, however long.
    private static int CompareNumbers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (isNegative, isOtherNegative) = (left[0] == '-', right[0] == '-');
        if (isNegative != isOtherNegative) { return isNegative ? -1 : 1; }
        var order = left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
        return isNegative ? -order : order;
    }
}
