using System.Text;
using Orch.ApiServer.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orch.ApiServer.Decoding;

/// <summary>Turns JSON into YAML, keys sorted as upstream's answers have them.</summary>
internal static class YamlOutput
{
    /// <param name="json">A well-formed document.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] FromJson(ReadOnlySpan<byte> json)
    {
        var output = new StringBuilder();
        using var writer = new StringWriter(output);
        var emitter = new Emitter(writer, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithoutAnchorName());
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, JsonTree.Read(json));
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        writer.Flush();
        return Encoding.UTF8.GetBytes(output.Replace("\r\n", "\n").ToString());
    }

    private static void Emit(Emitter emitter, object? value)
    {
        switch (value)
        {
            case JsonMap map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, item) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    EmitText(emitter, key);
                    Emit(emitter, item);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonList list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list) { Emit(emitter, item); }
                emitter.Emit(new SequenceEnd());
                break;
            case string text: EmitText(emitter, text); break;
            case bool flag: EmitPlain(emitter, flag ? "true" : "false"); break;
            case JsonNumber number: EmitPlain(emitter, number.Text); break;
            default: EmitPlain(emitter, "null"); break;
        }
    }

    private static void EmitText(Emitter emitter, string text)
    {
        var style = text.Length == 0 || !MeansItself(text) ? ScalarStyle.DoubleQuoted
            : text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
            : ScalarStyle.Plain;
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    private static void EmitPlain(Emitter emitter, string text)
        => emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    private static bool MeansItself(string text)
    {
        if (text == "<<" || (text.Length >= 10 && char.IsAsciiDigit(text[0]) && text[4] == '-')) { return false; }
        try
        {
            return YamlScalars.ResolvePlain(text) is string;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
