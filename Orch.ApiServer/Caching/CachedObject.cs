using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using k8s;
using k8s.Models;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Resources;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Caching;

/// <summary>One object at one revision: the stored bytes, shared by all readers, and the typed object once somebody needs it.</summary>
/// <remarks>The stored JSON has no resource version; it is written between the bytes on the way out, so nothing is ever copied to hold it.</remarks>
internal sealed class CachedObject : IEncodedObject
{
    private const int MaxVersionBytes = 48;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _splice;
    private readonly ResourceDeclaration? _declaration;
    private readonly CachedObject? _origin;
    private IKubernetesObject<V1ObjectMeta>? _value;
    private ConvertedObject? _views;
    private ResourceDeclaration? _verbatim;
    private WeakReference<byte[]>? _protobuf;

    /// <summary>An object as it was read from the store.</summary>
    /// <param name="key">The store's key.</param>
    /// <param name="json">Without a resource version; never changed.</param>
    /// <param name="revision">0 for an object that is not stored (a dry run): it is shown without a resource version.</param>
    /// <param name="declaration">Of the stored form; null for a custom resource, whose form is not known when the cache is loaded.</param>
    public CachedObject(string key, ReadOnlyMemory<byte> json, long revision, ResourceDeclaration? declaration)
    {
        Key = key;
        Revision = revision;
        _json = json;
        _declaration = declaration;
        _splice = MetadataSplice.FindStart(json.Span);
    }

    private CachedObject(CachedObject other, long revision)
    {
        Key = other.Key;
        Revision = revision;
        _json = other._json;
        _declaration = other._declaration;
        _splice = other._splice;
        _origin = other;
        _verbatim = other._verbatim;
    }

    /// <summary>The store's key.</summary>
    public string Key { get; }

    /// <summary>The revision of the last change.</summary>
    public long Revision { get; }

    /// <summary>As stored, without a resource version.</summary>
    public ReadOnlyMemory<byte> StoredJson => _json;

    /// <inheritdoc />
    public int Length
    {
        get
        {
            if (_splice < 0 || Revision == 0) { return _json.Length; }
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(Revision, digits, out var count);
            return _json.Length + 20 + count + (_json.Span[_splice] == '}' ? 0 : 1);
        }
    }

    /// <inheritdoc />
    public IKubernetesObject<V1ObjectMeta> Value => _value ?? Decode();

    /// <summary>The typed object where it has been decoded already.</summary>
    public IKubernetesObject<V1ObjectMeta>? DecodedValue => _value;

    /// <summary>Namespace and name, cut from the key.</summary>
    public ObjectKey ObjectKey
    {
        get
        {
            var name = Key.LastIndexOf('/');
            if (_declaration is { Scope: ResourceScope.Cluster } || (_declaration is null && Key.AsSpan().Count('/') == 4)) { return ObjectKey.Cluster(Key[(name + 1)..]); }
            var start = Key.LastIndexOf('/', name - 1);
            return new ObjectKey(Key[(start + 1)..name], Key[(name + 1)..]);
        }
    }

    /// <summary>The same bytes at another revision: how a deletion shows the last state.</summary>
    public CachedObject AtRevision(long revision) => new(this, revision);

    /// <summary>Takes over a typed object that says the same as the bytes; from now on it is shared and never changed.</summary>
    public void Adopt(IKubernetesObject<V1ObjectMeta> value)
    {
        value.Metadata.ResourceVersion = RevisionText();
        Interlocked.CompareExchange(ref _value, value, null);
    }

    /// <summary>Lets go of what was made of the bytes: the past is seldom looked at again, and can be decoded anew.</summary>
    public void Forget()
    {
        _value = null;
        _views = null;
    }

    /// <summary>The object in the form of another declaration over the same stored objects; made once.</summary>
    public IEncodedObject As(ResourceDeclaration form)
    {
        if (form.StoredAs is null || ReferenceEquals(form, Volatile.Read(ref _verbatim))) { return this; }
        for (var view = Volatile.Read(ref _views); view is not null; view = view.Next)
        {
            if (view.Form == form) { return view; }
        }

        var shown = form.FromStored(Value);
        if (ReferenceEquals(shown, Value)) { Volatile.Write(ref _verbatim, form); return this; }
        var converted = new ConvertedObject(form, shown, Volatile.Read(ref _views));
        Interlocked.CompareExchange(ref _views, converted, converted.Next);
        return converted;
    }

    /// <summary>Whether the object has been made in a form, or needs not be.</summary>
    public bool Has(ResourceDeclaration form)
    {
        if (form.StoredAs is null || ReferenceEquals(form, Volatile.Read(ref _verbatim))) { return true; }
        for (var view = Volatile.Read(ref _views); view is not null; view = view.Next)
        {
            if (view.Form == form) { return true; }
        }

        return false;
    }

    /// <summary>Gives the object a form that was made elsewhere; shared from now on.</summary>
    public void Attach(ResourceDeclaration form, IKubernetesObject<V1ObjectMeta> value)
    {
        value.Metadata.ResourceVersion = RevisionText();
        var converted = new ConvertedObject(form, value, Volatile.Read(ref _views));
        Interlocked.CompareExchange(ref _views, converted, converted.Next);
    }

    /// <inheritdoc />
    public void WriteTo(IBufferWriter<byte> output) => Write(output, 0, _json.Length);

    /// <inheritdoc />
    public int CopyTo(Span<byte> destination) => Copy(destination, 0, _json.Length);

    /// <inheritdoc />
    public int ItemLength(ReadOnlySpan<byte> type) => Length - Skipped(type);

    /// <inheritdoc />
    public void WriteItemTo(IBufferWriter<byte> output, ReadOnlySpan<byte> type)
    {
        var skipped = Skipped(type);
        if (skipped == 0) { WriteTo(output); return; }
        output.Write("{"u8);
        Write(output, 1 + skipped, _json.Length);
    }

    /// <inheritdoc />
    public void WriteMetadataTo(IBufferWriter<byte> output)
    {
        var end = MetadataSplice.FindEnd(_json.Span);
        if (_splice < 0 || end < 0) { output.Write("{}"u8); return; }
        output.Write("{"u8);
        Write(output, _splice, end);
    }

    /// <summary>The whole JSON in one array, for those who must parse it.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var output = new ArrayBufferWriter<byte>(Length);
        WriteTo(output);
        return output.WrittenMemory;
    }

    /// <summary>The whole object in protobuf with its envelope; made once for all who ask about the same time.</summary>
    /// <param name="form">The stored form.</param>
    public ReadOnlySpan<byte> ProtobufOf(ResourceDeclaration form)
    {
        if (_protobuf is { } known && known.TryGetTarget(out var bytes)) { return bytes; }
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.WriteObject(buffer, form, this, isPartial: false);
        bytes = buffer.Written.ToArray();
        _protobuf = new WeakReference<byte[]>(bytes);
        return bytes;
    }

    private int Skipped(ReadOnlySpan<byte> type) => _json.Length > type.Length && _json.Span[1..].StartsWith(type) ? type.Length : 0;

    private string? RevisionText() => Revision == 0 ? null : Revision.ToString(CultureInfo.InvariantCulture);

    // Each span that is asked for costs a connection's output two locks, so a small object is written in one; a large one where there is room for its parts.
    private void Write(IBufferWriter<byte> output, int start, int end)
    {
        if (end - start <= IEncodedObject.OneSpanBytes) { output.Advance(Copy(output.GetSpan(end - start + MaxVersionBytes), start, end)); return; }
        var json = _json.Span;
        if (_splice < 0 || Revision == 0) { output.Write(json[start..end]); return; }
        output.Write(json[start.._splice]);
        output.Advance(CopyVersion(output.GetSpan(MaxVersionBytes)));
        output.Write(json[_splice..end]);
    }

    private int Copy(Span<byte> destination, int start, int end)
    {
        var json = _json.Span;
        if (_splice < 0 || Revision == 0)
        {
            json[start..end].CopyTo(destination);
            return end - start;
        }

        json[start.._splice].CopyTo(destination);
        var length = _splice - start;
        length += CopyVersion(destination[length..]);
        json[_splice..end].CopyTo(destination[length..]);
        return length + end - _splice;
    }

    private int CopyVersion(Span<byte> destination)
    {
        "\"resourceVersion\":\""u8.CopyTo(destination);
        Utf8Formatter.TryFormat(Revision, destination[19..], out var digits);
        var length = 19 + digits;
        destination[length++] = (byte)'"';
        if (_json.Span[_splice] != '}') { destination[length++] = (byte)','; }
        return length;
    }

    private IKubernetesObject<V1ObjectMeta> Decode()
    {
        var value = _origin?._value is { } known
            ? ApiJson.DeepCopy(known)
            : (IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(_json.Span, _declaration?.ObjectType ?? typeof(CustomObject));
        value.Metadata ??= new V1ObjectMeta();
        value.Metadata.ResourceVersion = RevisionText();
        return Interlocked.CompareExchange(ref _value, value, null) ?? value;
    }
}
