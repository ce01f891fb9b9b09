using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using Orch.ApiServer.Protobuf;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>What is stored of a value that a key management protects: the value encrypted, and the wrapped key that it was encrypted by.</summary>
/// <param name="Data">Encrypted.</param>
/// <param name="Wrapped">The seed or key.</param>
/// <param name="IsSeed">Whether keys are derived from it, which all new values do; else it is the key itself.</param>
/// <remarks>Upstream's message <c>EncryptedObject</c> of KMS v2, with its bounds.</remarks>
internal sealed record Envelope(ReadOnlyMemory<byte> Data, WrappedSecret Wrapped, bool IsSeed)
{
    private const int MaxKeyIdBytes = 1024;
    private const int MaxCiphertextBytes = 1024;
    private const int MaxAnnotationBytes = 32 * 1024;
    private const int SeedKind = 1;

    /// <summary>The message after a prefix.</summary>
    public byte[] Write(ReadOnlySpan<byte> prefix)
    {
        using var message = new ProtobufBuffer();
        message.Raw(prefix);
        message.Bytes(1, Data.Span);
        message.Bytes(2, Encoding.UTF8.GetBytes(Wrapped.KeyId));
        message.Bytes(3, Wrapped.Ciphertext.Span);
        foreach (var (name, value) in Wrapped.Annotations.OrderBy(static item => item.Key, StringComparer.Ordinal))
        {
            var start = message.Begin(4);
            message.Bytes(1, Encoding.UTF8.GetBytes(name));
            message.Bytes(2, value.Span);
            message.End(start);
        }

        if (IsSeed) { message.Number(5, SeedKind); }
        return message.Written.ToArray();
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="CryptographicException">It is none, or out of bounds.</exception>
    public static Envelope Read(ReadOnlySpan<byte> body)
    {
        byte[] data = [], ciphertext = [];
        var keyId = string.Empty;
        ulong kind = 0;
        Dictionary<string, ReadOnlyMemory<byte>>? annotations = null;
        var reader = new ProtobufReader(body);
        try
        {
            while (reader.Read())
            {
                switch (reader.Number)
                {
                    case 1 when reader.IsBytes: data = reader.Bytes.ToArray(); break;
                    case 2 when reader.IsBytes: keyId = Encoding.UTF8.GetString(reader.Bytes); break;
                    case 3 when reader.IsBytes: ciphertext = reader.Bytes.ToArray(); break;
                    case 4 when reader.IsBytes: ReadAnnotation(reader.Bytes, annotations ??= new(StringComparer.Ordinal)); break;
                    case 5 when !reader.IsBytes: kind = reader.Scalar; break;
                    default: break;
                }
            }
        }
        catch (FormatException exception) { throw new CryptographicException("the stored data is no envelope", exception); }

        if (kind > SeedKind) { throw new CryptographicException("the stored data has a kind of key that is not known"); }
        if (data.Length == 0) { throw new CryptographicException("the stored data has no value"); }
        var wrapped = new WrappedSecret(keyId, ciphertext) { Annotations = annotations ?? (IReadOnlyDictionary<string, ReadOnlyMemory<byte>>)ReadOnlyDictionary<string, ReadOnlyMemory<byte>>.Empty };
        return FaultOf(wrapped) is { } fault ? throw new CryptographicException($"the stored data is no envelope: {fault}") : new Envelope(data, wrapped, kind == SeedKind);
    }

    /// <summary>Why what a key management gave cannot be stored, or null.</summary>
    public static string? FaultOf(WrappedSecret wrapped)
        => wrapped.KeyId.Length == 0 ? "the key id is empty"
            : Encoding.UTF8.GetByteCount(wrapped.KeyId) > MaxKeyIdBytes ? $"the key id is longer than {MaxKeyIdBytes} bytes"
            : wrapped.Ciphertext.Length == 0 ? "the wrapped secret is empty"
            : wrapped.Ciphertext.Length > MaxCiphertextBytes ? $"the wrapped secret is longer than {MaxCiphertextBytes} bytes"
            : wrapped.Annotations.Sum(static item => Encoding.UTF8.GetByteCount(item.Key) + item.Value.Length) > MaxAnnotationBytes ? $"the annotations are longer than {MaxAnnotationBytes} bytes"
            : wrapped.Annotations.Keys.FirstOrDefault(static name => !IsQualified(name)) is { } name ? $"the annotation \"{name}\" is no fully qualified domain name"
            : null;

    private static void ReadAnnotation(ReadOnlySpan<byte> body, Dictionary<string, ReadOnlyMemory<byte>> annotations)
    {
        var name = string.Empty;
        byte[] value = [];
        var reader = new ProtobufReader(body);
        while (reader.Read())
        {
            if (reader.Number == 1 && reader.IsBytes) { name = Encoding.UTF8.GetString(reader.Bytes); }
            else if (reader.Number == 2 && reader.IsBytes) { value = reader.Bytes.ToArray(); }
        }

        annotations[name] = value;
    }

    private static bool IsQualified(string name)
        => name.Length is > 0 and <= 253 && name.TrimEnd('.').Split('.') is { Length: > 1 } labels
            && labels.All(static label => label.Length is > 0 and <= 63 && label.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-') && label[0] != '-' && label[^1] != '-');
}
