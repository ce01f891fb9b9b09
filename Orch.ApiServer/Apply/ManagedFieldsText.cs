namespace Orch.ApiServer.Apply;

/// <summary>Finds the managed fields in an object's JSON, well-formed and with its metadata among the first members.</summary>
internal static class ManagedFieldsText
{
    /// <summary>The place of the member's value, brackets included; empty where there is none.</summary>
    public static Range Find(ReadOnlySpan<byte> json)
    {
        var metadata = MemberOf(json, JsonText.SkipSpace(json, 0), "metadata"u8);
        if (metadata.Value < 0 || json[metadata.Value] != '{') { return default; }
        var fields = MemberOf(json, metadata.Value, "managedFields"u8);
        return fields.Value < 0 ? default : fields.Value..JsonText.EndOf(json, fields.Value);
    }

    /// <summary>The object without them.</summary>
    public static byte[] Without(ReadOnlySpan<byte> json)
    {
        var metadata = MemberOf(json, JsonText.SkipSpace(json, 0), "metadata"u8);
        if (metadata.Value < 0 || json[metadata.Value] != '{') { return json.ToArray(); }
        var (start, value) = MemberOf(json, metadata.Value, "managedFields"u8);
        if (value < 0) { return json.ToArray(); }
        var end = JsonText.EndOf(json, value);
        var next = JsonText.Next(json, end);
        if (next >= 0) { end = next; }
        else
        {
            var before = start - 1;
            while (json[before] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') { before--; }
            if (json[before] == ',') { start = before; }
        }

        var result = new byte[json.Length - (end - start)];
        json[..start].CopyTo(result);
        json[end..].CopyTo(result.AsSpan(start));
        return result;
    }

    /// <summary>Whether managed fields may be the first place in which two objects of one length, written without white space, differ: quickly told where it is another.</summary>
    public static bool DifferFirst(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var same = left.CommonPrefixLength(right);
        return same < left.Length && left[..same].IndexOf("\"managedFields\":["u8) >= 0;
    }

    /// <summary>Whether two objects are equal, as bytes, but for their managed fields.</summary>
    public static bool EqualElsewhere(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (first, second) = (Find(left), Find(right));
        return left[..first.Start].SequenceEqual(right[..second.Start]) && left[first.End..].SequenceEqual(right[second.End..]);
    }

    private static (int Name, int Value) MemberOf(ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> name)
    {
        for (var member = JsonText.First(json, at); member >= 0;)
        {
            var (start, end, value) = JsonText.Member(json, member);
            if (json[start..end].SequenceEqual(name)) { return (member, value); }
            member = JsonText.Next(json, JsonText.EndOf(json, value));
        }

        return (-1, -1);
    }
}
