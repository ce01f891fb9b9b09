using System.IO.Compression;
using System.Security.Cryptography;

namespace Orch.ApiServer.OpenApi;

/// <summary>A document as it goes out; kept compressed, which is how clients take it.</summary>
internal sealed class OpenApiDocument
{
    public OpenApiDocument(ReadOnlySpan<byte> body, string contentType)
    {
        ContentType = contentType;
        ETag = $"\"{Convert.ToHexString(SHA512.HashData(body))}\"";
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) { gzip.Write(body); }
        Compressed = output.ToArray();
    }

    /// <summary>In gzip; shared.</summary>
    public ReadOnlyMemory<byte> Compressed { get; }

    /// <summary>Of the body.</summary>
    public string ContentType { get; }

    /// <summary>Quoted; of the body before compression.</summary>
    public string ETag { get; }

    /// <summary>The body itself, made anew.</summary>
    public byte[] ToBytes()
    {
        using var output = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(Compressed.ToArray(), writable: false), CompressionMode.Decompress);
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
