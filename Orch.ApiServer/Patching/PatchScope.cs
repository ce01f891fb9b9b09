using System.Buffers;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.Client;
using Orch.Serialization;
using ByteBuffer = Orch.ApiServer.Apply.ByteBuffer;

namespace Orch.ApiServer.Patching;

/// <summary>The members at the top of an object that a merging patch names: all that it can change.</summary>
/// <remarks>Only they are cut out, merged and decoded; the others are copied from the typed object that is there. A label costs no look at the specification.</remarks>
internal readonly struct PatchScope
{
    private const int MaxNames = 8;
    private readonly byte[][] _names;
    private readonly bool _leavesOwners;

    private PatchScope(byte[][] names, bool leavesOwners) => (_names, _leavesOwners) = (names, leavesOwners);

    /// <summary>Whether defaults for what it names are in what it names too; they are not of a secret's <c>stringData</c>, say.</summary>
    public bool KeepsToItself
    {
        get
        {
            foreach (var name in _names)
            {
                if (!name.AsSpan().SequenceEqual("metadata"u8) && !name.AsSpan().SequenceEqual("spec"u8) && !name.AsSpan().SequenceEqual("status"u8)) { return false; }
            }

            return true;
        }
    }

    /// <summary>Patches the part of a built-in object that the patch is about.</summary>
    /// <param name="old">The object that <see cref="PatchRequest.Original"/> says, typed; shared and not changed.</param>
    /// <param name="scope">What the patch is about.</param>
    /// <returns>Null where the patch may mean the whole, or is refused: what is told of it then is about the whole object.</returns>
    public static DecodedBody? TryApply(IPatcher patcher, in PatchRequest request, IKubernetesObject<V1ObjectMeta> old, out PatchScope scope)
    {
        scope = default;
        if (request.Custom is not null || Of(request.Kind, request.Patch.Span) is not { } found) { return null; }
        scope = found;
        using var part = new ByteBuffer();
        scope.Cut(request.Original.Span, part);
        try
        {
            var decoded = patcher.Apply(request with { Original = part.WrittenMemory });
            scope.Complete(decoded.Value, old);
            return decoded;
        }
        catch (ApiException)
        {
            return null;
        }
    }

    // Null as above.
    private static PatchScope? Of(PatchKind kind, ReadOnlySpan<byte> patch)
    {
        if (kind is not (PatchKind.Merge or PatchKind.StrategicMerge)) { return null; }
        var names = new List<byte[]>(4);
        var leavesOwners = false;
        var reader = new Utf8JsonReader(patch, JsonTree.ReaderOptions);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) { return null; }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // A name that begins so is an instruction about all of the map (strategic merge patch).
                if (names.Count == MaxNames || reader.ValueIsEscaped || reader.ValueSpan.IsEmpty || reader.ValueSpan[0] == '$') { return null; }
                var name = reader.ValueSpan.ToArray();
                names.Add(name);
                reader.Read();
                if (name.AsSpan().SequenceEqual("metadata"u8)) { leavesOwners = LeavesOwners(ref reader); }
                else { reader.Skip(); }
            }

            return reader.Read() ? null : new PatchScope([.. names], leavesOwners);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Whether a patch of the metadata says nothing of managed fields, which are more than all the rest of it. Moves to its end.
    private static bool LeavesOwners(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var leaves = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            leaves &= !reader.ValueIsEscaped && !reader.ValueSpan.StartsWith("$"u8) && !reader.ValueTextEquals("managedFields"u8);
            reader.Read();
            reader.Skip();
        }

        return leaves;
    }

    /// <summary>Writes the members of an object that are in the scope, each as in the text of the whole object.</summary>
    public void Encode(IKubernetesObject value, ByteBuffer output)
    {
        Span<byte> name = stackalloc byte[64];
        var separator = "{\""u8;
        foreach (var property in ApiJson.Options.GetTypeInfo(value.GetType()).Properties)
        {
            if (!Encoding.UTF8.TryGetBytes(property.Name, name, out var length) || !Has(name[..length])) { continue; }
            if (property.Get?.Invoke(value) is not { } member || property.ShouldSerialize?.Invoke(value, member) == false) { continue; }
            output.Write(separator);
            separator = ",\""u8;
            output.Write(name[..length]);
            output.Write("\":"u8);
            ApiJson.Serialize(output, member, property.PropertyType);
        }

        output.Write(separator[0] == '{' ? "{}"u8 : "}"u8);
    }

    /// <summary>Writes the members of an object that are in the scope, with its kind and version, which stand before the others: what follows the last is not read.</summary>
    public void Cut(ReadOnlySpan<byte> json, ByteBuffer output)
    {
        var missing = _names.Length + 2;
        var separator = (byte)'{';
        for (var at = JsonText.First(json, JsonText.SkipSpace(json, 0)); at >= 0 && missing > 0;)
        {
            var (start, end, value) = JsonText.Member(json, at);
            var valueEnd = JsonText.EndOf(json, value);
            var name = json[start..end];
            if (Has(name) || name.SequenceEqual("kind"u8) || name.SequenceEqual("apiVersion"u8))
            {
                missing--;
                output.Write([separator]);
                separator = (byte)',';
                if (_leavesOwners && json[value] == '{' && name.SequenceEqual("metadata"u8)) { WriteWithoutOwners(json, at, value, valueEnd, output); }
                else { output.Write(json[at..valueEnd]); }
            }

            at = JsonText.Next(json, valueEnd);
        }

        output.Write(separator == '{' ? "{}"u8 : "}"u8);
    }

    private static void WriteWithoutOwners(ReadOnlySpan<byte> json, int metadata, int value, int end, ByteBuffer output)
    {
        for (var at = JsonText.First(json, value); at >= 0;)
        {
            var (nameStart, nameEnd, member) = JsonText.Member(json, at);
            var memberEnd = JsonText.EndOf(json, member);
            var next = JsonText.Next(json, memberEnd);
            if (json[nameStart..nameEnd].SequenceEqual("managedFields"u8))
            {
                // The comma goes that is behind it, or else the one before it.
                var before = json[metadata..at].TrimEnd(" \n\r\t"u8);
                output.Write(next < 0 && before[^1] == ',' ? before[..^1] : before);
                output.Write(json[(next < 0 ? memberEnd : next)..end]);
                return;
            }

            at = next;
        }

        output.Write(json[metadata..end]);
    }

    // What is outside the scope is as it was.
    private void Complete(IKubernetesObject value, IKubernetesObject<V1ObjectMeta> old)
    {
        // Lists of entries are shared, never changed.
        if (_leavesOwners && value is IKubernetesObject<V1ObjectMeta> { Metadata: { } metadata }) { metadata.ManagedFields = old.Metadata?.ManagedFields; }
        Span<byte> name = stackalloc byte[64];
        foreach (var property in ApiJson.Options.GetTypeInfo(value.GetType()).Properties)
        {
            if (property.Name is "kind" or "apiVersion" || (Encoding.UTF8.TryGetBytes(property.Name, name, out var length) && Has(name[..length]))) { continue; }
            if (property is { Get: { } get, Set: { } set } && get(old) is { } there) { set(value, ApiJson.DeepCopy(there)); }
        }
    }

    private bool Has(ReadOnlySpan<byte> name)
    {
        foreach (var known in _names)
        {
            if (name.SequenceEqual(known)) { return true; }
        }

        return false;
    }
}
