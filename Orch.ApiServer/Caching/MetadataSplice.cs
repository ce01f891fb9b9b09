using System.Text.Json;

namespace Orch.ApiServer.Caching;

/// <summary>Finds an object's metadata in its JSON, where the resource version goes.</summary>
internal static class MetadataSplice
{
    /// <summary>The offset of the first member inside <c>metadata</c>, or -1 when there is none.</summary>
    public static int FindStart(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!MoveToMetadata(ref reader)) { return -1; }
        var start = (int)reader.TokenStartIndex + 1;
        return reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? (int)reader.TokenStartIndex : start;
    }

    /// <summary>The offset behind the metadata's closing brace.</summary>
    public static int FindEnd(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!MoveToMetadata(ref reader)) { return -1; }
        reader.Skip();
        return (int)reader.BytesConsumed;
    }

    private static bool MoveToMetadata(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) { return false; }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            if (!reader.Read()) { return false; }
            if (isMetadata) { return reader.TokenType == JsonTokenType.StartObject; }
            reader.Skip();
        }

        return false;
    }
}
