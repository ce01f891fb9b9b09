using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Orch.Networking.Dns.Wire;

/// <summary>Names on the wire and as text.</summary>
/// <remarks>Text is in lower case without a final dot, the root empty; whatever is no plain letter of a host name stands as <c>\DDD</c>.</remarks>
internal static class DnsName
{
    private const int MaxEncoded = 255;
    private const int MaxLabel = 63;

    /// <summary>Reads a name; pointers must go backwards, so that it ends.</summary>
    /// <param name="offset">Moves behind the name.</param>
    /// <param name="encoded">Gets the name without pointers, case kept; null when not wanted.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, [NotNullWhen(true)] out string? name, List<byte>? encoded = null)
    {
        name = null;
        var text = new StringBuilder(64);
        int at = offset, before = offset, length = 0;
        var jumped = false;
        while (true)
        {
            if (at >= message.Length) { return false; }
            int size = message[at];
            if ((size & 0xC0) == 0xC0)
            {
                if (at + 1 >= message.Length) { return false; }
                var target = ((size & 0x3F) << 8) | message[at + 1];
                if (target >= before) { return false; }
                if (!jumped) { offset = at + 2; }
                jumped = true;
                at = before = target;
                continue;
            }

            if (size > MaxLabel || at + size >= message.Length || (length += size + 1) > MaxEncoded) { return false; }
            encoded?.AddRange(message.Slice(at, size + 1));
            at++;
            if (size == 0) { break; }
            if (text.Length > 0) { text.Append('.'); }
            Append(text, message.Slice(at, size));
            at += size;
        }

        if (!jumped) { offset = at; }
        name = text.ToString();
        return true;
    }

    /// <summary>The name without pointers; false for what no name can be.</summary>
    public static bool TryEncode(string name, [NotNullWhen(true)] out byte[]? encoded)
    {
        encoded = null;
        var bytes = new List<byte>(name.Length + 2);
        foreach (var (start, end) in Labels(name))
        {
            if (!TryAppendLabel(bytes, name.AsSpan(start, end - start))) { return false; }
        }

        bytes.Add(0);
        if (bytes.Count > MaxEncoded) { return false; }
        encoded = [.. bytes];
        return true;
    }

    /// <summary>Where the labels of a name begin and end.</summary>
    public static IEnumerable<(int Start, int End)> Labels(string name)
    {
        for (var start = 0; start < name.Length;)
        {
            var end = name.IndexOf('.', start);
            if (end < 0) { end = name.Length; }
            yield return (start, end);
            start = end + 1;
        }
    }

    public static bool TryAppendLabel(List<byte> bytes, ReadOnlySpan<char> label)
    {
        var head = bytes.Count;
        bytes.Add(0);
        for (var at = 0; at < label.Length; at++)
        {
            if (label[at] > 0x7E) { return false; }
            if (label[at] != '\\') { bytes.Add((byte)label[at]); continue; }
            if (at + 3 >= label.Length || !byte.TryParse(label.Slice(at + 1, 3), out var value)) { return false; }
            bytes.Add(value);
            at += 3;
        }

        var size = bytes.Count - head - 1;
        if (size is 0 or > MaxLabel) { return false; }
        bytes[head] = (byte)size;
        return true;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> label)
    {
        foreach (var letter in label)
        {
            if (letter is > 0x20 and < 0x7F and not (byte)'.' and not (byte)'\\') { text.Append(char.ToLowerInvariant((char)letter)); }
            else { text.Append('\\').Append((char)('0' + (letter / 100))).Append((char)('0' + (letter / 10 % 10))).Append((char)('0' + (letter % 10))); }
        }
    }
}
