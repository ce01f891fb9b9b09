using System.Buffers;

namespace Orch.ApiServer.Apply;

/// <summary>Moves over JSON that is known to be well-formed, without reading it.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Structural = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",}] \n\r\t"u8);

    /// <summary>The offset of the next byte that is no white space.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') { at++; }
        return at;
    }

    /// <summary>The offset behind the string that begins at a quote.</summary>
    public static int EndOfString(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"') { return at + 1; }
            at += 2;
        }
    }

    /// <summary>The offset behind a value.</summary>
    public static int EndOf(ReadOnlySpan<byte> json, int at)
    {
        switch (json[at])
        {
            case (byte)'"': return EndOfString(json, at);
            case (byte)'{' or (byte)'[': break;
            default:
                var length = json[at..].IndexOfAny(ScalarEnd);
                return length < 0 ? json.Length : at + length;
        }

        var depth = 0;
        while (true)
        {
            at += json[at..].IndexOfAny(Structural);
            switch (json[at])
            {
                case (byte)'"':
                    at = EndOfString(json, at);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    if (--depth == 0) { return at + 1; }
                    break;
            }

            at++;
        }
    }

    /// <summary>Whether a map or list has nothing in it.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> json, int at) => json[SkipSpace(json, at + 1)] is (byte)'}' or (byte)']';

    /// <summary>Moves to the value of a member whose name begins at <paramref name="at"/>.</summary>
    /// <returns>Offsets of the name without its quotes, and of the value.</returns>
    public static (int NameStart, int NameEnd, int Value) Member(ReadOnlySpan<byte> json, int at)
    {
        var end = EndOfString(json, at);
        var value = json[end] == ':' ? end + 1 : SkipSpace(json, end) + 1;
        return (at + 1, end - 1, SkipSpace(json, value));
    }

    /// <summary>Moves on from the end of a member or item.</summary>
    /// <returns>The offset of the next one, or -1 when there is none.</returns>
    public static int Next(ReadOnlySpan<byte> json, int end)
    {
        end = SkipSpace(json, end);
        return json[end] == ',' ? SkipSpace(json, end + 1) : -1;
    }

    /// <summary>The offset of the first member or item of a map or list, or -1 when it is empty.</summary>
    public static int First(ReadOnlySpan<byte> json, int at)
    {
        at = SkipSpace(json, at + 1);
        return json[at] is (byte)'}' or (byte)']' ? -1 : at;
    }

    /// <summary>How many bytes two texts have in common at their ends.</summary>
    public static int SameAtEnd(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        const int Block = 64;
        var most = Math.Min(left.Length, right.Length);
        var same = 0;
        while (most - same >= Block && left.Slice(left.Length - same - Block, Block).SequenceEqual(right.Slice(right.Length - same - Block, Block))) { same += Block; }
        while (same < most && left[left.Length - same - 1] == right[right.Length - same - 1]) { same++; }
        return same;
    }
}
