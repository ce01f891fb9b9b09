using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Encryption;
using Orch.ApiServer.Protobuf;
using Orch.Security;

namespace Orch.ApiServer.Tests.Encryption;

public sealed class EnvelopeTests
{
    private const string Key = "/registry/secrets/default/a";
    private const string Text = "{\"kind\":\"Secret\"}";
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes(Text);
    private readonly FakeTimeProvider _time = new();
    private readonly Vault _vault = new();

    public static TheoryData<string, WrappedSecret> Unstorable => new()
    {
        { "the key id is empty", new(string.Empty, new byte[8]) },
        { "the key id is longer than 1024 bytes", new(new string('k', 1025), new byte[8]) },
        { "the wrapped secret is empty", new("k", default) },
        { "the wrapped secret is longer than 1024 bytes", new("k", new byte[1025]) },
        { "the annotations are longer than 32768 bytes", new("k", new byte[8]) { Annotations = new Dictionary<string, ReadOnlyMemory<byte>> { ["a.example"] = new byte[32768] } } },
        { "the annotation \"plain\" is no fully qualified domain name", new("k", new byte[8]) { Annotations = new Dictionary<string, ReadOnlyMemory<byte>> { ["plain"] = default } } },
    };

    // Values of before upstream derived keys from seeds.
    [Fact]
    public async Task Value_EncryptedByTheWrappedKeyItself_IsReadAndStale()
    {
        using var transformer = new EnvelopeTransformer(_vault, _time);
        var secret = RandomNumberGenerator.GetBytes(32);
        var wrapped = await _vault.WrapAsync(secret, CancellationToken.None);
        using var message = new ProtobufBuffer();
        message.Raw("k8s:enc:kms:v2:vault:"u8);
        message.Bytes(1, AesGcmTransformer.Encrypt(secret, Key, Plain, default));
        message.Bytes(2, Encoding.UTF8.GetBytes(wrapped.KeyId));
        message.Bytes(3, wrapped.Ciphertext.Span);
        var (plain, isStale) = await transformer.FromStoredAsync(Key, message.Written.ToArray(), CancellationToken.None);
        Assert.Equal(Plain, plain.ToArray());
        Assert.True(isStale);
    }

    [Fact]
    public async Task Value_EncryptedByADerivedKey_IsReadAsUpstreamDerivesIt()
    {
        using var transformer = new EnvelopeTransformer(_vault, _time);
        var seed = RandomNumberGenerator.GetBytes(32);
        var info = RandomNumberGenerator.GetBytes(32);
        // HKDF's expansion for one block: HMAC(seed, info || 0x01).
        var derived = HMACSHA256.HashData(seed, (byte[])[.. info, 1]);
        var wrapped = (await _vault.WrapAsync(seed, CancellationToken.None)) with { Annotations = new Dictionary<string, ReadOnlyMemory<byte>> { ["b.example"] = "2"u8.ToArray(), ["a.example"] = "1"u8.ToArray() } };
        var stored = new Envelope(AesGcmTransformer.Encrypt(derived, Key, Plain, info), wrapped, IsSeed: true).Write("k8s:enc:kms:v2:vault:"u8);
        Assert.Equal((Text, false), await ReadAsync(transformer, stored));
        Assert.Equal("1", Encoding.UTF8.GetString(_vault.Unwrapped!.Annotations["a.example"].Span));
        Assert.Equal("2", Encoding.UTF8.GetString(_vault.Unwrapped.Annotations["b.example"].Span));
    }

    [Fact]
    public async Task Vault_ThatGoesAway_WritesForThreeMinutesAndReadsOn()
    {
        using var transformer = new EnvelopeTransformer(_vault, _time);
        var stored = await transformer.ToStoredAsync(Key, Plain, CancellationToken.None);
        _vault.IsAway = true;
        _time.Advance(TimeSpan.FromMinutes(2));
        await transformer.ToStoredAsync(Key, Plain, CancellationToken.None);
        Assert.Equal("the vault is away", transformer.Fault);
        _time.Advance(TimeSpan.FromSeconds(61));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await transformer.ToStoredAsync(Key, Plain, CancellationToken.None));
        Assert.Equal("the key management \"vault\" has not told its key for 3 minutes: the vault is away", refused.Message);

        // The seed is known only to those who unwrapped it before.
        using var other = new EnvelopeTransformer(_vault, _time);
        await Assert.ThrowsAnyAsync<Exception>(async () => await other.FromStoredAsync(Key, stored, CancellationToken.None));
        var asked = _vault.Unwraps;
        await Assert.ThrowsAnyAsync<Exception>(async () => await other.FromStoredAsync(Key, stored, CancellationToken.None));
        Assert.Equal(asked, _vault.Unwraps);

        _vault.IsAway = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((Text, false), await ReadAsync(other, stored));
        await transformer.ToStoredAsync(Key, Plain, CancellationToken.None);
        Assert.Null(transformer.Fault);
    }

    [Fact]
    public async Task Probe_FindsANewKey_ThoughNobodyWrites()
    {
        using var transformer = new EnvelopeTransformer(_vault, _time);
        var stored = await transformer.ToStoredAsync(Key, Plain, CancellationToken.None);
        _vault.KeyId = "k2";
        await transformer.ProbeAsync(CancellationToken.None);
        Assert.Equal((Text, true), await ReadAsync(transformer, stored));
        Assert.Equal((Text, false), await ReadAsync(transformer, await transformer.ToStoredAsync(Key, Plain, CancellationToken.None)));
    }

    [Theory]
    [MemberData(nameof(Unstorable))]
    public async Task Vault_ThatAnswersOutOfBounds_IsRefused(string fault, WrappedSecret answer)
    {
        _vault.Answer = answer;
        using var transformer = new EnvelopeTransformer(_vault, _time);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await transformer.ToStoredAsync(Key, Plain, CancellationToken.None));
        Assert.Equal($"the key management \"vault\" answers what cannot be stored: {fault}", error.Message);
    }

    [Fact]
    public void Read_OfAnything_GivesAnEnvelopeOrSaysThatItIsNone()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            try { Envelope.Read(bytes); }
            catch (CryptographicException) { /* what it must say */ }
        }
    }

    private static async Task<(string Plain, bool IsStale)> ReadAsync(EnvelopeTransformer transformer, ReadOnlyMemory<byte> stored)
    {
        var (plain, isStale) = await transformer.FromStoredAsync(Key, stored, CancellationToken.None);
        return (Encoding.UTF8.GetString(plain.Span), isStale);
    }

    private sealed class Vault : IKeyManagement
    {
        public string Name => "vault";

        public string KeyId { get; set; } = "k1";

        public bool IsAway { get; set; }

        public int Unwraps { get; private set; }

        public WrappedSecret? Answer { get; set; }

        public WrappedSecret? Unwrapped { get; private set; }

        public ValueTask<string> CurrentKeyIdAsync(CancellationToken cancellationToken) => IsAway ? throw new IOException("the vault is away") : new(KeyId);

        public ValueTask<WrappedSecret> WrapAsync(ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
            => IsAway ? throw new IOException("the vault is away") : new(Answer ?? new WrappedSecret(KeyId, Turned(secret)));

        public ValueTask<ReadOnlyMemory<byte>> UnwrapAsync(WrappedSecret wrapped, CancellationToken cancellationToken)
        {
            Unwraps++;
            Unwrapped = wrapped;
            return IsAway ? throw new IOException("the vault is away") : new(Turned(wrapped.Ciphertext));
        }

        private static byte[] Turned(ReadOnlyMemory<byte> value) => [.. value.ToArray().Select(static item => (byte)(item ^ 0x33))];
    }
}
