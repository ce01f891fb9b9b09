using System.Buffers;
using System.Text.Json;

namespace Orch.ApiServer.Apply;

/// <summary>The JSON form of a <see cref="FieldSet"/>: nested objects whose names are the steps, <c>.</c> for the place itself.</summary>
internal static class FieldsV1
{
    /// <summary>Of a set without fields, <c>{}</c>.</summary>
    public const int NoFieldsLength = 2;

    private const int MaxDepth = 512;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(static code => (byte)code)]);

    /// <summary>Reads a set.</summary>
    /// <param name="type">Of the object, so that known names are shared; null where it is not known.</param>
    /// <param name="isCanonical">Whether this server wrote it.</param>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static FieldSet Read(ReadOnlySpan<byte> json, MergeType? type = null, bool isCanonical = false)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) { return FieldSet.Empty; }
            if (reader.TokenType != JsonTokenType.StartObject) { throw new FormatException("fieldsV1 must be an object"); }
            var (set, _) = ReadSet(ref reader, type, isCanonical);
            return set;
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>Writes a set.</summary>
    public static byte[] Write(FieldSet set)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Write(output, set);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes a set.</summary>
    public static void Write(IBufferWriter<byte> output, FieldSet set) => WriteSet(output, set, isMember: false);

    /// <summary>Whether a set that this server wrote has some path of two others; reads no more of it than that takes.</summary>
    public static bool Overlaps(ReadOnlySpan<byte> json, FieldSet first, FieldSet second) => Overlaps(json, 0, first, second);

    private static bool Overlaps(ReadOnlySpan<byte> json, int at, FieldSet first, FieldSet second)
    {
        for (var member = JsonText.First(json, at); member >= 0;)
        {
            var (start, end, value) = JsonText.Member(json, member);
            var name = json[start..end];
            if (!name.SequenceEqual("."u8) && Touches(json, value, name, first, second)) { return true; }
            member = JsonText.Next(json, JsonText.EndOf(json, value));
        }

        return false;
    }

    private static bool Touches(ReadOnlySpan<byte> json, int value, ReadOnlySpan<byte> name, FieldSet first, FieldSet second)
    {
        var element = name.Contains((byte)'\\') ? System.Text.Encoding.UTF8.GetBytes((string)Json.JsonTree.Read((byte[])[(byte)'"', .. name, (byte)'"'])!) : name;
        var (left, right) = (first.Find(element), second.Find(element));
        if (left is null && right is null) { return false; }
        if (left is { IsMember: true } || right is { IsMember: true })
        {
            var child = JsonText.First(json, value);
            if (child < 0 || json[child + 1] == '.') { return true; }
        }

        return Overlaps(json, value, left?.Children ?? FieldSet.Empty, right?.Children ?? FieldSet.Empty);
    }

    private static (FieldSet Set, bool IsMember) ReadSet(ref Utf8JsonReader reader, MergeType? type, bool isCanonical)
    {
        List<FieldNode>? nodes = null;
        var isMember = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("."u8))
            {
                isMember = true;
                reader.Read();
                reader.Skip();
                continue;
            }

            var (element, below) = StepOf(ref reader, type, isCanonical);
            reader.Read();
            if (element is null) { reader.Skip(); continue; }
            if (reader.TokenType != JsonTokenType.StartObject) { throw new FormatException("fieldsV1 has a value that is not an object"); }
            var (children, isMemberItself) = ReadSet(ref reader, below, isCanonical);
            (nodes ??= []).Add(new FieldNode(element, isMemberItself || children.IsEmpty, children));
        }

        return (nodes is null ? FieldSet.Empty : Distinct(nodes), isMember);
    }

    private static (byte[]? Element, MergeType? Below) StepOf(ref Utf8JsonReader reader, MergeType? type, bool isCanonical)
    {
        if (!reader.ValueIsEscaped) { return StepOf(reader.ValueSpan, type, isCanonical); }
        if (reader.ValueSpan.Length > 512 || !isCanonical) { return StepOf(System.Text.Encoding.UTF8.GetBytes(Json.JsonTree.GetString(ref reader)), type, isCanonical); }
        Span<byte> unescaped = stackalloc byte[512];
        var length = reader.CopyString(unescaped);
        return StepOf(unescaped[..length], type, isCanonical);
    }

    private static (byte[]? Element, MergeType? Below) StepOf(ReadOnlySpan<byte> text, MergeType? type, bool isCanonical)
    {
        if (text.Length > 2 && text[0] == 'f' && text[1] == ':' && type?.Map is { } map)
        {
            return map.Find(text[2..]) is { } field ? (field.Element, field.Type) : (text.ToArray(), map.Element);
        }

        return (isCanonical && text.Length > 2 ? text.ToArray() : PathElement.Parse(text), type?.List?.Element);
    }

    // A step that stands twice, which no server writes, becomes one. However many a client sends: each is looked at once for each step above it.
    private static FieldSet Distinct(List<FieldNode> nodes)
    {
        var set = FieldSet.Of(nodes);
        var all = set.Nodes;
        List<FieldNode>? distinct = null;
        for (var start = 0; start < all.Length;)
        {
            var end = start + 1;
            while (end < all.Length && all[end].Element.AsSpan().SequenceEqual(all[start].Element)) { end++; }
            if (end > start + 1 && distinct is null)
            {
                distinct = new List<FieldNode>(all.Length);
                distinct.AddRange(all[..start]);
            }

            distinct?.Add(end == start + 1 ? all[start] : Joined(all[start..end]));
            start = end;
        }

        return distinct is null ? set : new FieldSet([.. distinct]);
    }

    private static FieldNode Joined(ReadOnlySpan<FieldNode> same)
    {
        var isMember = false;
        var below = new List<FieldNode>();
        foreach (var node in same)
        {
            isMember |= node.IsMember;
            below.AddRange(node.Children.Nodes);
        }

        return new FieldNode(same[0].Element, isMember, Distinct(below));
    }

    private static void WriteSet(IBufferWriter<byte> output, FieldSet set, bool isMember)
    {
        output.Write("{"u8);
        var isFirst = true;
        if (isMember && !set.IsEmpty)
        {
            output.Write("\".\":{}"u8);
            isFirst = false;
        }

        foreach (var node in set.Nodes)
        {
            output.Write(isFirst ? "\""u8 : ",\""u8);
            isFirst = false;
            WriteText(output, node.Element);
            if (node.Children.IsEmpty) { output.Write("\":{}"u8); continue; }
            output.Write("\":"u8);
            WriteSet(output, node.Children, node.IsMember);
        }

        output.Write("}"u8);
    }

    private static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny(Escaped) is var at and >= 0)
        {
            output.Write(text[..at]);
            if (text[at] is (byte)'"' or (byte)'\\') { output.Write([(byte)'\\', text[at]]); }
            else { output.Write(System.Text.Encoding.ASCII.GetBytes($"\\u{text[at]:x4}")); }
            text = text[(at + 1)..];
        }

        output.Write(text);
    }
}
