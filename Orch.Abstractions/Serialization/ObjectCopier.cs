using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using k8s.Models;

namespace Orch.Serialization;

/// <summary>Deep copies of models: a record's own shallow clone, then each member that could be changed is copied in turn.</summary>
internal abstract class ObjectCopier
{
    private static readonly ConcurrentDictionary<Type, ObjectCopier> Copiers = new();

    public static object Copy(object value) => For(value.GetType()).CopyObject(value);

    protected abstract object CopyObject(object value);

    private static ObjectCopier For(Type type) => Copiers.GetOrAdd(type, static type => Create(type));

    private static ObjectCopier Create(Type type)
    {
        if (IsImmutable(type)) { return new Same(); }
        if (type == typeof(byte[])) { return new Bytes(); }
        if (ListElement(type) is { } element) { return Make(typeof(ListCopier<>), element); }
        if (MapValue(type) is { } value) { return Make(typeof(MapCopier<>), value); }
        return type.GetMethod("<Clone>$") is not null ? Make(typeof(RecordCopier<>), type) : Make(typeof(JsonCopier<>), type);
    }

    private static ObjectCopier Make(Type open, Type argument) => (ObjectCopier)Activator.CreateInstance(open.MakeGenericType(argument))!;

    // A JsonElement that owns its document, as deserialization makes it, never changes.
    private static bool IsImmutable(Type type)
        => type.IsValueType || type == typeof(string) || type == typeof(ResourceQuantity) || typeof(IntOrString).IsAssignableFrom(type) || type == typeof(Uri) || type == typeof(Version) || type == typeof(RawJson);

    private static Type? ListElement(Type type)
        => type.IsArray ? type.GetElementType()
            : Interfaces(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IList<>))?.GetGenericArguments()[0];

    private static Type? MapValue(Type type)
        => Interfaces(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IDictionary<,>)
            && i.GetGenericArguments()[0] == typeof(string))?.GetGenericArguments()[1];

    private static IEnumerable<Type> Interfaces(Type type) => type.IsInterface ? type.GetInterfaces().Prepend(type) : type.GetInterfaces();

    private sealed class Same : ObjectCopier
    {
        protected override object CopyObject(object value) => value;
    }

    private sealed class Bytes : ObjectCopier
    {
        protected override object CopyObject(object value) => ((byte[])value).Clone();
    }

    private sealed class ListCopier<T> : ObjectCopier
    {
        private static readonly bool SharesItems = IsImmutable(typeof(T));

        protected override object CopyObject(object value)
        {
            var source = (IList<T>)value;
            if (SharesItems) { return new List<T>(source); }
            var copy = new List<T>(source.Count);
            foreach (var item in source) { copy.Add(item is null ? item : (T)Copy(item)); }
            return copy;
        }
    }

    private sealed class MapCopier<T> : ObjectCopier
    {
        private static readonly bool SharesItems = IsImmutable(typeof(T));

        protected override object CopyObject(object value)
        {
            var source = (IDictionary<string, T>)value;
            if (SharesItems) { return new Dictionary<string, T>(source); }
            var copy = new Dictionary<string, T>(source.Count);
            foreach (var (key, item) in source) { copy.Add(key, item is null ? item : (T)Copy(item)); }
            return copy;
        }
    }

    private sealed class RecordCopier<T> : ObjectCopier
        where T : class
    {
        private readonly Func<T, T> _clone = typeof(T).GetMethod("<Clone>$")!.CreateDelegate<Func<T, T>>();
        private readonly Member[] _members = [.. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property is { CanRead: true, CanWrite: true } && property.GetIndexParameters().Length == 0 && !IsImmutable(property.PropertyType))
            .Select(property => (Member)Activator.CreateInstance(typeof(Member<>).MakeGenericType(typeof(T), property.PropertyType), property)!)];

        protected override object CopyObject(object value)
        {
            var copy = _clone((T)value);
            foreach (var member in _members) { member.CopyIn(copy); }
            return copy;
        }

        private abstract class Member
        {
            public abstract void CopyIn(T target);
        }

        private sealed class Member<TMember>(PropertyInfo property) : Member
            where TMember : class
        {
            private readonly Func<T, TMember?> _get = property.GetMethod!.CreateDelegate<Func<T, TMember?>>();
            private readonly Action<T, TMember?> _set = property.SetMethod!.CreateDelegate<Action<T, TMember?>>();

            public override void CopyIn(T target)
            {
                if (_get(target) is { } value) { _set(target, (TMember)Copy(value)); }
            }
        }
    }

    private sealed class JsonCopier<T> : ObjectCopier
        where T : class
    {
        protected override object CopyObject(object value) => ApiJson.Deserialize<T>(ApiJson.Serialize((T)value));
    }
}
