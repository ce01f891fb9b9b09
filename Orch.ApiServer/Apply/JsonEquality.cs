using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>Compares values of two texts by what they say.</summary>
internal static class JsonEquality
{
    /// <summary>Whether the values at two places are equal: numbers by value, maps in any order.</summary>
    public static bool Equal(ReadOnlySpan<byte> left, int leftAt, ReadOnlySpan<byte> right, int rightAt)
    {
        var first = left[leftAt..JsonText.EndOf(left, leftAt)];
        var second = right[rightAt..JsonText.EndOf(right, rightAt)];
        if (first.SequenceEqual(second)) { return true; }
        return MayBeEqual(first, second) && JsonTree.Equals(JsonTree.Read(first), JsonTree.Read(second));
    }

    // Texts of one encoder that differ in the first place where they differ by a string's plain letters, outside of any map's names, say different things;
    // only where names differ, or numbers, or escapes, is it worth reading them.
    private static bool MayBeEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left[0] != right[0]) { return left[0] is not ((byte)'{' or (byte)'[' or (byte)'"' or (byte)'n' or (byte)'t' or (byte)'f') && right[0] is not ((byte)'{' or (byte)'[' or (byte)'"' or (byte)'n' or (byte)'t' or (byte)'f'); }
        return left[0] switch
        {
            (byte)'"' => left.Contains((byte)'\\') || right.Contains((byte)'\\'),
            (byte)'{' or (byte)'[' => !DiffersForSure(left, right),
            _ => true,
        };
    }

    private static bool DiffersForSure(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (l, r) = (0, 0);
        while (l < left.Length && r < right.Length)
        {
            if (left[l] == '"' && right[r] == '"')
            {
                var (leftEnd, rightEnd) = (JsonText.EndOfString(left, l), JsonText.EndOfString(right, r));
                var isName = left[leftEnd] == ':';
                var first = left[l..leftEnd];
                var second = right[r..rightEnd];
                if (!first.SequenceEqual(second)) { return !isName && !first.Contains((byte)'\\') && !second.Contains((byte)'\\'); }
                (l, r) = (leftEnd, rightEnd);
                continue;
            }

            if (left[l] != right[r]) { return false; }
            l++;
            r++;
        }

        return false;
    }
}
