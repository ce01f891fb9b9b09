using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Decoding;

/// <summary>Checks a body against a schema in one pass, without building a tree and, while nothing is wrong, without allocating.</summary>
/// <remarks>Rules and wording as in sigs.k8s.io/json's strict decoder.</remarks>
internal ref struct BodyScanner
{
    private const int MaxStrictFaults = 100;
    private readonly ReadOnlySpan<byte> _body;
    private readonly ScanResult _result;
    private readonly ObjectSchema _root;
    private Segment[] _path;
    private int _depth;

    private BodyScanner(ReadOnlySpan<byte> body, ObjectSchema root, ScanResult result)
    {
        _body = body;
        _root = root;
        _result = result;
        _path = ArrayPool<Segment>.Shared.Rent(32);
    }

    /// <summary>Scans a body of valid UTF-8.</summary>
    public static ScanResult Scan(ReadOnlySpan<byte> body, ObjectSchema root)
    {
        var result = new ScanResult();
        var scanner = new BodyScanner(body, root, result);
        try
        {
            scanner.ScanDocument();
        }
        catch (JsonException exception)
        {
            result.SyntaxFault = GoSyntax.FaultOf(body) ?? (exception.Message.Contains("depth", StringComparison.Ordinal) ? "exceeded max depth" : "invalid JSON");
        }
        finally
        {
            ArrayPool<Segment>.Shared.Return(scanner._path, clearArray: true);
        }

        return result;
    }

    private void ScanDocument()
    {
        var reader = new Utf8JsonReader(_body, JsonTree.ReaderOptions);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) { ScanObject(ref reader, _root); }
        else
        {
            if (reader.TokenType == JsonTokenType.Null) { _result.NeedsNormalizing = true; }
            else
            {
                _result.HeadFault = $"json: cannot unmarshal {Shown(ref reader)} into Go value of type struct "
                    + "{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
            }

            reader.Skip();
        }

        if (reader.Read()) { throw new JsonException("there is more after the document"); }
    }

    private void ScanObject(ref Utf8JsonReader reader, ObjectSchema schema)
    {
        UInt128 seen = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var property = reader.ValueIsEscaped ? schema.Find(JsonTree.GetString(ref reader)) : schema.Find(reader.ValueSpan);
            if (property is null)
            {
                if (reader.ValueIsEscaped) { CheckEscapes(ref reader); }
                if (schema.Dropped.Count == 0 || !schema.Drops(reader.ValueSpan))
                {
                    Push(new Segment(null, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, -1));
                    AddStrict("unknown field");
                    Pop();
                }

                reader.Read();
                reader.Skip();
                continue;
            }

            Push(new Segment(property, 0, 0, -1));
            var bit = UInt128.One << (property.Ordinal & 127);
            if ((seen & bit) != 0) { AddStrict("duplicate field"); }
            seen |= bit;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                if (property.Value.RefusesNull) { _result.NeedsNormalizing = true; }
            }
            else
            {
                ScanValue(ref reader, property.Value, schema);
                if (_depth == 1) { NoteHead(ref reader, property.Name); }
            }

            Pop();
        }
    }

    private void ScanValue(ref Utf8JsonReader reader, ValueSchema schema, ObjectSchema owner)
    {
        switch (schema.Kind)
        {
            case ValueKind.Object:
                if (reader.TokenType == JsonTokenType.StartObject) { ScanObject(ref reader, schema.Object!); }
                else { WrongType(ref reader, schema, owner); }
                break;
            case ValueKind.List:
                if (reader.TokenType == JsonTokenType.StartArray) { ScanList(ref reader, schema.Element!, owner); }
                else { WrongType(ref reader, schema, owner); }
                break;
            case ValueKind.Map:
                if (reader.TokenType == JsonTokenType.StartObject) { ScanMap(ref reader, schema.Element!, owner); }
                else { WrongType(ref reader, schema, owner); }
                break;
            case ValueKind.Free:
                if (!reader.TrySkip()) { throw new JsonException("the document ends early"); }
                break;
            default:
                ScanScalar(ref reader, schema, owner);
                break;
        }
    }

    private void ScanList(ref Utf8JsonReader reader, ValueSchema element, ObjectSchema owner)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                if (element.Kind != ValueKind.Free) { _result.NeedsNormalizing = true; }
                continue;
            }

            Push(new Segment(null, 0, 0, index));
            ScanValue(ref reader, element, owner);
            Pop();
        }
    }

    private void ScanMap(ref Utf8JsonReader reader, ValueSchema element, ObjectSchema owner)
    {
        var keys = default(KeySet);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            CheckEscapes(ref reader);
            Push(new Segment(null, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, -1));
            if (!keys.Add(ref reader, _body)) { AddStrict("duplicate field"); }
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null) { ScanValue(ref reader, element, owner); }
            else if (element.Kind != ValueKind.Free) { _result.NeedsNormalizing = true; }
            Pop();
        }
    }

    private void ScanScalar(ref Utf8JsonReader reader, ValueSchema schema, ObjectSchema owner)
    {
        CheckEscapes(ref reader);
        var token = reader.TokenType;
        switch (schema.Kind)
        {
            case ValueKind.String when token == JsonTokenType.String:
            case ValueKind.Boolean when token is JsonTokenType.True or JsonTokenType.False:
            case ValueKind.Int32 when token == JsonTokenType.Number && reader.TryGetInt32(out _):
            case ValueKind.Int64 when token == JsonTokenType.Number && reader.TryGetInt64(out _):
            case ValueKind.Double when token == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number):
            case ValueKind.IntOrString when token == JsonTokenType.String || (token == JsonTokenType.Number && reader.TryGetInt32(out _)):
                return;
            case ValueKind.Time or ValueKind.MicroTime when token == JsonTokenType.String:
                SetTypeFault(GoValues.FaultOfTime(JsonTree.GetString(ref reader)));
                return;
            case ValueKind.Bytes when token == JsonTokenType.String:
                SetTypeFault(GoValues.FaultOfBase64(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(JsonTree.GetString(ref reader)) : reader.ValueSpan));
                return;
            case ValueKind.Quantity when token is JsonTokenType.String or JsonTokenType.Number:
                if (!GoValues.IsPlainQuantity(reader.ValueSpan)) { SetTypeFault(GoValues.FaultOfQuantity(JsonTree.GetString(ref reader))); }
                return;
            case ValueKind.Quantity:
                SetTypeFault(GoValues.FaultOfQuantity("{}"));
                reader.Skip();
                return;
            default:
                WrongType(ref reader, schema, owner);
                return;
        }
    }

    private void WrongType(ref Utf8JsonReader reader, ValueSchema schema, ObjectSchema owner)
    {
        if (_result.TypeFault is null)
        {
            var goType = schema.Kind switch
            {
                ValueKind.Time or ValueKind.MicroTime => "string",
                ValueKind.IntOrString => "int32",
                _ => schema.GoType,
            };
            var names = new List<string>();
            foreach (var segment in _path.AsSpan(0, _depth))
            {
                if (segment.Property is { } property) { names.Add(property.Name); }
            }

            var withDigits = schema.Kind is ValueKind.Int32 or ValueKind.Int64 or ValueKind.Double or ValueKind.IntOrString;
            var shown = withDigits && reader.TokenType == JsonTokenType.Number ? $"number {JsonTree.GetString(ref reader)}" : Shown(ref reader);
            _result.Mismatch = schema.Kind switch
            {
                // Go converts between all numbers, and from whole ones to strings; that it will not do here is said in other words.
                ValueKind.String => reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _) ? $"cannot convert int64 to {goType}" : "unrecognized type: string",
                ValueKind.Int32 or ValueKind.Int64 when reader.TokenType == JsonTokenType.Number => reader.TryGetInt64(out _) ? null : $"cannot convert float64 to {goType}",
                ValueKind.Int32 or ValueKind.Int64 or ValueKind.Double or ValueKind.Boolean => $"unrecognized type: {goType}",
                ValueKind.List => $"cannot restore slice from {GoKindOf(ref reader)}",
                ValueKind.Map => $"cannot restore map from {GoKindOf(ref reader)}",
                ValueKind.Object => $"cannot restore struct from: {GoKindOf(ref reader)}",
                _ => null,
            };
            SetTypeFault($"json: cannot unmarshal {shown} into Go struct field {owner.ShortName}.{string.Join('.', names)} of type {goType}");
        }

        reader.Skip();
    }

    private readonly void NoteHead(ref Utf8JsonReader reader, string name)
    {
        if (name is not ("kind" or "apiVersion")) { return; }
        if (reader.TokenType != JsonTokenType.String)
        {
            _result.HeadFault ??= $"json: cannot unmarshal {Shown(ref reader)} into Go struct field .{name} of type string";
        }
        else if (name == "kind") { _result.Kind = JsonTree.GetString(ref reader); }
        else { _result.ApiVersion = JsonTree.GetString(ref reader); }
    }

    private readonly void SetTypeFault(string? fault) => _result.TypeFault ??= fault;

    // Half a surrogate pair: Go replaces it, the framework's deserializer throws.
    private readonly void CheckEscapes(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped || _result.NeedsNormalizing || reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) { return; }
        if (reader.ValueSpan.IndexOf("\\ud"u8) >= 0 || reader.ValueSpan.IndexOf("\\uD"u8) >= 0) { _result.NeedsNormalizing = true; }
    }

    private readonly void AddStrict(string what)
    {
        if (_result.StrictFaults.Count < MaxStrictFaults) { _result.StrictFaults.Add($"{what} \"{PathText()}\""); }
    }

    private readonly string PathText()
    {
        var text = new StringBuilder();
        foreach (var segment in _path.AsSpan(0, _depth))
        {
            if (segment.Index >= 0) { text.Append(CultureInfo.InvariantCulture, $"[{segment.Index}]"); continue; }
            if (text.Length > 0) { text.Append('.'); }
            text.Append(segment.Property?.Name ?? Encoding.UTF8.GetString(_body.Slice(segment.KeyStart, segment.KeyLength)));
        }

        return text.ToString();
    }

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject or JsonTokenType.EndObject => "object",
        JsonTokenType.StartArray or JsonTokenType.EndArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "bool",
        _ => "null",
    };

    private static string GoKindOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "map",
        JsonTokenType.StartArray => "slice",
        JsonTokenType.Number => reader.TryGetInt64(out _) ? "int64" : "float64",
        _ => Shown(ref reader),
    };

    private void Push(Segment segment)
    {
        if (_depth == _path.Length)
        {
            var larger = ArrayPool<Segment>.Shared.Rent(_depth * 2);
            _path.AsSpan(0, _depth).CopyTo(larger);
            ArrayPool<Segment>.Shared.Return(_path, clearArray: true);
            _path = larger;
        }

        _path[_depth++] = segment;
    }

    private void Pop() => _depth--;

    // A declared property, a key of the body, or an index.
    private readonly record struct Segment(PropertySchema? Property, int KeyStart, int KeyLength, int Index);
}
