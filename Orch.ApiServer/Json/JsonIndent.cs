namespace Orch.ApiServer.Json;

/// <summary>Lays JSON out for people, as Go's <c>MarshalIndent</c> with two spaces does.</summary>
internal static class JsonIndent
{
    /// <param name="json">A well-formed document.</param>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(json.Length * 2);
        var depth = 0;
        for (var index = 0; index < json.Length; index++)
        {
            var letter = json[index];
            switch (letter)
            {
                case (byte)'"':
                    var end = EndOfString(json, index);
                    Write(output, json[index..end]);
                    index = end - 1;
                    break;
                case (byte)'{' or (byte)'[':
                    Write(output, json.Slice(index, 1));
                    var next = SkipSpace(json, index + 1);
                    if (next < json.Length && json[next] is (byte)'}' or (byte)']') { Write(output, json.Slice(next, 1)); index = next; }
                    else { Line(output, ++depth); }
                    break;
                case (byte)'}' or (byte)']':
                    Line(output, --depth);
                    Write(output, json.Slice(index, 1));
                    break;
                case (byte)',':
                    Write(output, ","u8);
                    Line(output, depth);
                    break;
                case (byte)':': Write(output, ": "u8); break;
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t': break;
                default: Write(output, json.Slice(index, 1)); break;
            }
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Write(System.Buffers.ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        for (var index = start + 1; index < json.Length; index++)
        {
            if (json[index] == '\\') { index++; }
            else if (json[index] == '"') { return index + 1; }
        }

        return json.Length;
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int index)
    {
        while (index < json.Length && json[index] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') { index++; }
        return index;
    }

    private static void Line(System.Buffers.ArrayBufferWriter<byte> output, int depth)
    {
        var span = output.GetSpan(1 + (depth * 2));
        span[0] = (byte)'\n';
        span.Slice(1, depth * 2).Fill((byte)' ');
        output.Advance(1 + (depth * 2));
    }
}
