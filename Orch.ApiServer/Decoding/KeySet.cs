using System.Runtime.CompilerServices;
using System.Text.Json;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Decoding;

/// <summary>The keys of one map, kept as places in the body while they are few.</summary>
internal struct KeySet
{
    private const int Few = 12;
    private Places _places;
    private int _count;
    private HashSet<string>? _many;

    /// <summary>Adds the property name that the reader stands on; false when it was there.</summary>
    public bool Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (_many is null && _count < Few && !reader.ValueIsEscaped)
        {
            for (var index = 0; index < _count; index++)
            {
                var place = _places[index];
                if (body.Slice(place.Start, place.Length).SequenceEqual(reader.ValueSpan)) { return false; }
            }

            _places[_count++] = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            return true;
        }

        if (_many is null)
        {
            _many = new HashSet<string>(StringComparer.Ordinal);
            for (var index = 0; index < _count; index++) { _many.Add(System.Text.Encoding.UTF8.GetString(body.Slice(_places[index].Start, _places[index].Length))); }
        }

        return _many.Add(JsonTree.GetString(ref reader));
    }

    [InlineArray(Few)]
    private struct Places
    {
        private (int Start, int Length) _first;
    }
}
