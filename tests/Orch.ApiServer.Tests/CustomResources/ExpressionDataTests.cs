using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>How expressions see data of each type of a schema: the cases of apiextensions' table for its CEL validator.</summary>
public sealed class ExpressionDataTests
{
    private const string Integer = """{"type":"integer"}""";
    private const string Str = """{"type":"string"}""";
    private const string Meta = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"foo","generateName":"pickItForMe","namespace":"xyz"},"spec":{"field1":"a"}}""";

    /// <summary>A name, the properties of a schema, an object, rules that hold and, after <c>=></c>, what others say.</summary>
    public static TheoryData<string, string, string, string[]> Cases => new()
    {
        {
            "integers", Vals(Integer, Integer, """{"type":"integer","format":"int32"}""", """{"type":"integer","format":"int64"}"""), """{"val1":9223372036854775807,"val2":9223372036854775807,"val3":2147483647,"val4":1}""",
            ["self.val1 == 9223372036854775807 && 9223372036854775807 == self.val1 && self.val1 == self.val2", "type(self.val1) == int", "type(self.val3) == int", "self.val3 == 2147483647", "self.val4 < self.val3", "self.val1 + 1 == 0 => integer overflow evaluating rule: self.val1 + 1 == 0", "self.val5 / 0 == 1 => undefined field 'val5'", "self.val1 / 0 == 1 => division by zero evaluating rule: self.val1 / 0 == 1"]
        },
        {
            "numbers", Vals("""{"type":"number"}""", """{"type":"number","format":"float"}""", """{"type":"number","format":"double"}""", """{"type":"number"}"""), """{"val1":1.5,"val2":2.5,"val3":1.5,"val4":1}""",
            ["self.val1 == 1.5 && self.val1 == self.val3", "type(self.val1) == double && type(self.val2) == double && type(self.val3) == double", "type(self.val4) == double", "self.val4 == 1.0", "self.val4 == 1 => found no matching overload for '_==_' applied to '(double, int)'"]
        },
        {
            "unicode", Vals(Str, Str), """{"val1":"Rook takes 👑","val2":"Rook takes 👑"}""",
            [
                "self.val1 == 'Rook takes 👑' && 'Rook takes 👑' == self.val1 && self.val1 == self.val2", "self.val1.startsWith('Rook')", "!self.val1.startsWith('knight')", "self.val1.contains('takes')", "self.val1.endsWith('👑')",
                "self.val1.matches('^[^0-9]*$')", "!self.val1.matches('^[0-9]*$')", "type(self.val1) == string", "size(self.val1) == 12", "self.val1.charAt(3) == 'k'", "self.val1.indexOf('o') == 1", "self.val1.indexOf('o', 2) == 2",
                "self.val1.replace(' ', 'x') == 'Rookxtakesx👑'", "self.val1.replace(' ', 'x', 1) == 'Rookxtakes 👑'", "self.val1.split(' ') == ['Rook', 'takes', '👑']", "self.val1.split(' ', 2) == ['Rook', 'takes 👑']",
                "self.val1.substring(5) == 'takes 👑'", "self.val1.substring(0, 4) == 'Rook'", "self.val1.substring(4, 10).trim() == 'takes'", "self.val1.upperAscii() == 'ROOK TAKES 👑'",
            ]
        },
        { "escapes", Vals(Str, Str), """{"val1":"l1\nl2","val2":"l1\nl2"}""", ["self.val1 == 'l1\\nl2' && self.val1 == self.val2", "self.val1 == '''l1\nl2'''"] },
        { "bytes", Vals("""{"type":"string","format":"byte"}""", """{"type":"string","format":"byte"}"""), """{"val1":"QUI=","val2":"QUI="}""", ["self.val1 == self.val2", "self.val1 == b'AB'", "self.val1 == bytes('AB')", "self.val1 == b'\\x41\\x42'", "type(self.val1) == bytes", "size(self.val1) == 2"] },
        { "booleans", Vals("""{"type":"boolean"}""", """{"type":"boolean"}"""), """{"val1":true,"val2":false}""", ["self.val1 == true && false == self.val2", "self.val1 != self.val2", "type(self.val1) == bool"] },
        {
            "durations", Vals("""{"type":"string","format":"duration"}""", """{"type":"string","format":"duration"}"""), """{"val1":"1h2m3s4ms","val2":"1h2m3s4ms"}""",
            ["self.val1 == duration('1h2m3s4ms') && self.val1 == self.val2", "self.val1 == duration('1h2m') + duration('3s4ms')", "self.val1.getHours() == 1", "self.val1.getMinutes() == 62", "self.val1.getSeconds() == 3723", "self.val1.getMilliseconds() == 3723004", "type(self.val1) == google.protobuf.Duration"]
        },
        {
            "dates", Vals("""{"type":"string","format":"date"}"""), """{"val1":"1997-07-16"}""",
            ["self.val1 == timestamp('1997-07-16T00:00:00.000Z')", "self.val1.getDate() == 16", "self.val1.getMonth() == 06", "self.val1.getFullYear() == 1997", "type(self.val1) == google.protobuf.Timestamp"]
        },
        {
            "times", Vals("""{"type":"string","format":"date-time"}"""), """{"val1":"2011-08-18T19:03:37.010000000+01:00"}""",
            [
                "self.val1 == timestamp('2011-08-18T19:03:37.010+01:00')", "self.val1 == timestamp('2011-08-18T00:00:00.000+01:00') + duration('19h3m37s10ms')", "self.val1.getDate('01:00') == 18", "self.val1.getMonth('01:00') == 7",
                "self.val1.getHours('01:00') == 19", "self.val1.getMinutes('01:00') == 03", "self.val1.getMilliseconds('01:00') == 10", "self.val1.getHours('UTC') == 18", "type(self.val1) == google.protobuf.Timestamp",
            ]
        },
        { "enums", """{"e":{"type":"string","enum":["Pending","Available"]}}""", """{"e":"Pending"}""", ["self.e == 'Pending'", "self.e in ['Pending', 'Available']"] },
        {
            "conversions",
            Vals(Integer, """{"type":"number"}""", """{"type":"number"}""", """{"type":"number"}""", """{"type":"boolean"}""", Str, """{"type":"string","format":"byte"}""", Str, """{"type":"string","format":"duration"}""", Str, """{"type":"string","format":"date-time"}""", Str, """{"type":"string","format":"date"}"""),
            """{"val1":10,"val2":10.0,"val3":10.49,"val4":10.5,"val5":true,"val6":"10","val7":"MTA=","val8":"3723.004s","val9":"1h2m3s4ms","val10":"2011-08-18T19:03:37.01+01:00","val11":"2011-08-18T19:03:37.01+01:00","val12":"2011-08-18T00:00:00Z","val13":"2011-08-18"}""",
            [
                "int(self.val2) == self.val1", "int(self.val3) == self.val1", "int(self.val4) == self.val1", "int(self.val6) == self.val1", "double(self.val1) == self.val2", "double(self.val6) == self.val2", "bytes(self.val6) == self.val7",
                "string(self.val1) == self.val6", "string(self.val2) == '10'", "string(self.val3) == '10.49'", "string(self.val4) == '10.5'", "string(self.val5) == 'true'", "string(self.val7) == self.val6", "duration(self.val8) == self.val9",
                "string(self.val9) == self.val8", "timestamp(self.val10) == self.val11", "string(self.val11) == self.val10", "timestamp(self.val12) == self.val13", "string(self.val13) == self.val12",
            ]
        },
        {
            "lists", Vals("""{"type":"array","items":{"type":"integer"}}""", """{"type":"array","items":{"type":"integer"}}"""), """{"val1":[1,2,3],"val2":[1,2,3]}""",
            ["self.val1 == [1, 2, 3] && [1, 2, 3] == self.val1 && self.val1 == self.val2", "1 in self.val1", "self.val2[0] in self.val1", "!(0 in self.val1)", "self.val1 + self.val2 == [1, 2, 3, 1, 2, 3]", "self.val1 + [4, 5] == [1, 2, 3, 4, 5]", "self.val1[100] == 0 => index out of bounds: 100 evaluating rule: self.val1[100] == 0"]
        },
        {
            "sets", Vals(Set(Str), Set(Str)), """{"val1":["a","b","c"],"val2":["a","c","b"]}""",
            ["self.val1 == ['c', 'b', 'a']", "self.val1 == self.val2", "'a' in self.val1", "self.val2[0] in self.val1", "!('x' in self.val1)", "self.val1 + self.val2 == ['a', 'b', 'c']", "self.val1 + ['c', 'd'] == ['a', 'b', 'c', 'd']"]
        },
        {
            "map lists", """{"objs":{"type":"array","items":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"string"}}}}}}""",
            """{"objs":[[{"k":"a","v":"1"},{"k":"b","v":"2"}],[{"k":"b","v":"2"},{"k":"a","v":"1"}],[{"k":"b","v":"3"},{"k":"a","v":"1"}],[{"k":"c","v":"4"}]]}""",
            [
                "self.objs[0] == self.objs[1]", "self.objs[0] + self.objs[2] == self.objs[2]", "self.objs[2] + self.objs[0] == self.objs[0]", "self.objs[0] == [self.objs[0][0], self.objs[0][1]]", "self.objs[0] == [self.objs[0][1], self.objs[0][0]]",
                "self.objs[2] + [self.objs[0][0], self.objs[0][1]] == self.objs[0]", "size(self.objs[0] + [self.objs[3][0]]) == 3", "self.objs[0] == {'k': 'a', 'v': '1'} => found no matching overload for '_==_'",
            ]
        },
        { "maps", Vals(Map(Str), Map(Str)), """{"val1":{"k1":"a","k2":"b"},"val2":{"k2":"b","k1":"a"}}""", ["self.val1 == self.val2", "'k1' in self.val1", "!('k3' in self.val1)", "self.val1 == {'k1': 'a', 'k2': 'b'}"] },
        { "objects", """{"objs":{"type":"array","items":{"type":"object","properties":{"f1":{"type":"string"},"f2":{"type":"string"}}}}}""", """{"objs":[{"f1":"a","f2":"b"},{"f1":"a","f2":"b"}]}""", ["self.objs[0] == self.objs[1]", "self.objs[0] == {'f1': 'a', 'f2': 'b'} => found no matching overload for '_==_'"] },
        {
            "fields", """{"a":{"type":"object","properties":{"b":{"type":"integer"},"c":{"type":"integer"},"d":{"type":"integer","nullable":true}}},"a1":{"type":"object","properties":{"b1":{"type":"object","properties":{"c1":{"type":"integer"}}},"d2":{"type":"object","properties":{"e2":{"type":"integer"}}}}}}""",
            """{"a":{"b":1,"d":null},"a1":{"b1":{"c1":4}},"a3":{}}""",
            ["has(self.a.b)", "!has(self.a.c)", "!has(self.a.d)", "has(self.a1.b1.c1)", "!(has(self.a1.d2) && has(self.a1.d2.e2))", "!has(self.a1.d2)", "has(self.a.z) => undefined field 'z'", "self.a['b'] == 1 => found no matching overload for '_[_]'", "has(self.a1.d2.e2) => no such key: d2 evaluating rule: has(self.a1.d2.e2)"]
        },
        {
            "keys", """{"val":{"type":"object","additionalProperties":{"type":"integer"}}}""", """{"val":{"b":1,"d":2}}""",
            [
                "!('a' in self.val)", "'b' in self.val", "!has(self.val.a)", "has(self.val.b)", "self.val.all(k, self.val[k] > 0)", "self.val.exists(k, self.val[k] > 1)", "self.val.exists_one(k, self.val[k] == 2)", "!self.val.exists_one(k, self.val[k] > 0)",
                "size(self.val) == 2", "self.val.map(k, self.val[k]).exists(v, v == 1)", "size(self.val.filter(k, self.val[k] > 1)) == 1", "self.val['c'] == 1 => no such key: c evaluating rule: self.val['c'] == 1",
            ]
        },
        {
            "items", """{"listMap":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"string"},"v2":{"type":"string"}}}}}""",
            """{"listMap":[{"k":"a1","v":"b1"},{"k":"a2","v":"b2"},{"k":"a3","v":"b3","v2":"z"}]}""",
            [
                "has(self.listMap[0].v)", "self.listMap.all(m, m.k.startsWith('a'))", "self.listMap.all(m, !has(m.v2) || m.v2 == 'z')", "self.listMap.exists_one(m, m.k == 'a3')", "!self.listMap.all(m, m.k.endsWith('1'))", "size(self.listMap.filter(m, m.k == 'a1')) == 1",
                "self.listMap.map(m, m.v).exists(v, v == 'b1')", "self.listMap.exists(m, has(m.v2) && m.v2 == 'z')", "!self.listMap.all(m, has(m.v2) && m.v2 != 'z')", "self.listMap.map(m, has(m.v2) && m.v2 == 'z', m.v2).size() == 1", "self.listMap.exists(m, m.v2 == 'z')", "!self.listMap.all(m, m.v2 != 'z')",
                "self.listMap.all(m, m.v2 == 'z') => no such key: v2", "self.listMap.exists_one(m, m.v2 == 'z') => no such key: v2", "self.listMap.filter(m, m.v2 == 'z').size() == 1 => no such key: v2", "self.listMap.map(m, m.v2).size() == 1 => no such key: v2", "self.listMap.map(m, m.v2 == 'z', m.v2).size() == 1 => no such key: v2",
            ]
        },
        { "embedded", """{"embedded":{"type":"object","x-kubernetes-embedded-resource":true}}""", $$"""{"embedded":{{Meta}}}""", [.. EmbeddedRules, "has(self.embedded.spec) => undefined field 'spec'"] },
        {
            "embedded with fields", """{"embedded":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"kind":{"type":"string"},"apiVersion":{"type":"string"},"metadata":{"type":"object","properties":{"name":{"type":"string"},"generateName":{"type":"string"}}},"spec":{"type":"object","properties":{"field1":{"type":"string"}}}}}}""",
            $$"""{"embedded":{{Meta}}}""", [.. EmbeddedRules, "self.embedded.spec.field1 == 'a'"]
        },
        { "embedded with unknown", """{"embedded":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}""", $$"""{"embedded":{{Meta}}}""", [.. EmbeddedRules, "has(self.embedded)", "has(self.embedded.spec) => undefined field 'spec'"] },
        { "text of either", """{"something":{"x-kubernetes-int-or-string":true}}""", """{"something":"25%"}""", ["type(self.something) == int ? self.something == 1 : self.something == '25%'", "type(self.something) == string && self.something == '25%'"] },
        { "number of either", """{"something":{"x-kubernetes-int-or-string":true}}""", """{"something":1}""", ["type(self.something) == int ? self.something == 1 : self.something == '25%'", "type(self.something) == int && self.something == 1", "self.something + 'a' == 'b' => 'no such overload'"] },
        { "null of either", """{"something":{"x-kubernetes-int-or-string":true,"nullable":true}}""", """{"something":null}""", ["!has(self.something)", "type(self.something) == int => no such key: something"] },
        {
            "percents", """{"min":{"x-kubernetes-int-or-string":true},"current":{"type":"integer"},"available":{"type":"integer"}}""", """{"min":"50%","current":5,"available":10}""",
            ["type(self.min) == string && self.min.matches(r'(\\d+(\\.\\d+)?%)')", "type(self.min) == int ? self.current <= self.min : double(self.current) / double(self.available) >= double(self.min.replace('%', '')) / 100.0"]
        },
        {
            "unknown fields",
            """{"withUnknown":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"withUnknownList":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true}},"withUnknownFieldList":{"type":"array","items":{"type":"object","properties":{"fieldOfUnknownType":{"x-kubernetes-preserve-unknown-fields":true}}}},"anyvalList":{"type":"array","items":{"x-kubernetes-preserve-unknown-fields":true}},"anyvalMap":{"type":"object","additionalProperties":{"x-kubernetes-preserve-unknown-fields":true}},"anyvalField":{"x-kubernetes-preserve-unknown-fields":true}}""",
            """{"withUnknown":{"field1":"a","field2":"b"},"withUnknownList":[{"field1":"a","field2":"b"},{"field1":"x","field2":"y"},{"field1":"x","field2":"y"},{},{}],"withUnknownFieldList":[{"fieldOfUnknownType":"a"},{"fieldOfUnknownType":1},{"fieldOfUnknownType":1}],"anyvalList":["a",2],"anyvalMap":{"k":"1"},"anyvalField":1}""",
            [
                "has(self.withUnknown)", "self.withUnknownList.size() == 5", "self.withUnknownList[0] != self.withUnknownList[1]", "self.withUnknownList[1] == self.withUnknownList[2]", "self.withUnknownList[3] == self.withUnknownList[4]", "self.withUnknownFieldList[0] != self.withUnknownFieldList[1]", "self.withUnknownFieldList[1] == self.withUnknownFieldList[2]",
                "has(self.withUnknown.field1) => undefined field 'field1'", "has(self.anyvalList) => undefined field 'anyvalList'", "has(self.anyvalMap) => undefined field 'anyvalMap'", "has(self.anyvalField) => undefined field 'anyvalField'",
            ]
        },
        {
            "known and unknown fields", """{"w":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"known":{"type":"integer"}}},"l":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"known":{"type":"integer"}}}}}""",
            """{"w":{"known":1,"unknown":"a"},"l":[{"known":1,"unknown":"a"},{"known":1,"unknown":"b"},{"known":1,"unknown":"b"},{"known":1},{"known":1},{"known":2}]}""",
            ["self.w.known == 1", "self.l[0] != self.l[1]", "self.l[1] == self.l[2]", "self.l[0] != self.l[3]", "self.l[0] != self.l[5]", "self.l[3] == self.l[4]", "self.l[4] != self.l[5]", "has(self.w.unknown) => undefined field 'unknown'"]
        },
        {
            "nulls", """{"unset":{"type":"string"},"unsetNullable":{"type":"string","nullable":true},"set":{"type":"string"},"setNullable":{"type":"string","nullable":true},"setToNull":{"type":"string","nullable":true}}""", """{"set":"v1","setNullable":"v3","setToNull":null}""",
            ["!has(self.unset)", "!has(self.unsetNullable)", "has(self.set) && self.set == 'v1'", "has(self.setNullable) && self.setNullable == 'v3'", "type(self.setNullable) != null_type", "!has(self.setToNull)", "self.unset == null => found no matching overload for '_==_' applied to '(string, null)'", "self.setNullable != null => found no matching overload for '_!=_' applied to '(string, null)'"]
        },
        {
            "nulls within", """{"m":{"type":"object","additionalProperties":{"type":"string","nullable":true}},"l":{"type":"array","items":{"type":"string","nullable":true}},"s":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string","nullable":true}}}""", """{"m":{"a":null,"b":"not-nil"},"l":[null,"not-nil"],"s":[null,"not-nil"]}""",
            ["self.m.size() == 2", "'a' in self.m", "type(self.m['a']) == null_type", "self.l.size() == 2", "type(self.l[0]) == null_type", "self.s.size() == 2", "type(self.s[0]) == null_type"]
        },
        {
            "escaped names",
            Of(Integer, "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while", "int", "uint", "string", "map", "null_type", "type", "self", "getDate", "all", "size", "_true", "dot.dot", "dash-dash", "slash/slash", "underscore_underscore", "doubleunderscore__doubleunderscore"),
            """{"true":1,"false":2,"null":3,"in":4,"as":5,"break":6,"const":7,"continue":8,"else":9,"for":10,"function":11,"if":12,"import":13,"let":14,"loop":15,"package":16,"namespace":17,"return":18,"var":19,"void":20,"while":21,"int":101,"uint":102,"string":105,"map":108,"null_type":109,"type":110,"self":201,"getDate":202,"all":203,"size":204,"_true":301,"dot.dot":401,"dash-dash":402,"slash/slash":403,"underscore_underscore":404,"doubleunderscore__doubleunderscore":405}""",
            [
                "self.__true__ == 1", "self.__false__ == 2", "self.__null__ == 3", "self.__in__ == 4", "self.__as__ == 5", "self.__break__ == 6", "self.__const__ == 7", "self.__continue__ == 8", "self.__else__ == 9", "self.__for__ == 10", "self.__function__ == 11", "self.__if__ == 12", "self.__import__ == 13", "self.__let__ == 14", "self.__loop__ == 15",
                "self.__package__ == 16", "self.__namespace__ == 17", "self.__return__ == 18", "self.__var__ == 19", "self.__void__ == 20", "self.__while__ == 21", "self.int == 101", "self.uint == 102", "self.string == 105", "self.map == 108", "self.null_type == 109", "self.type == 110", "self.self == 201", "self.getDate == 202", "self.all == 203", "self.size == 204",
                "self._true == 301", "self.__true__ != 301", "self.dot__dot__dot == 401", "self.dash__dash__dash == 402", "self.slash__slash__slash == 403", "self.underscore_underscore == 404", "self.doubleunderscore__underscores__doubleunderscore == 405",
                "self.true == 1 => Syntax error", "self == 201 => found no matching overload for '_==_'", "self.__illegal__ == 301 => undefined field '__illegal__'",
            ]
        },
        { "keys are not escaped", """{"m":{"type":"object","additionalProperties":{"type":"integer"}}}""", """{"m":{"@":1,"9":2,"int":3,"./-":4,"👑":5}}""", ["self.m['@'] == 1", "self.m['9'] == 2", "self.m['int'] == 3", "self.m['./-'] == 4", "self.m['👑'] == 5"] },
        {
            "types of objects", """{"m":{"type":"object","additionalProperties":{"type":"object","properties":{"f":{"type":"integer"}}}},"l":{"type":"array","items":{"type":"object","properties":{"g":{"type":"integer"}}}}}""", """{"m":{"k1":{"f":1},"k2":{"f":2}},"l":[{"g":1},{"g":2}]}""",
            ["type(self) == type(self)", "type(self.m['k1']) == type(self.m['k2'])", "type(self.l[0]) == type(self.l[1])", "string(type(self.l[0])).endsWith('x') => found no matching overload for 'string' applied to '(type"]
        },
        {
            "keys that have no name", """{"objs":{"type":"array","items":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k!","k."],"items":{"type":"object","properties":{"k!":{"type":"string"},"k.":{"type":"string"}}}}}}""",
            """{"objs":[[{"k!":"a","k.":"1"},{"k!":"b","k.":"2"}],[{"k!":"b","k.":"2"},{"k!":"a","k.":"1"}],[{"k!":"b","k.":"2"},{"k!":"c","k.":"1"}],[{"k!":"b","k.":"2"},{"k!":"a","k.":"3"}]]}""",
            ["self.objs[0] == self.objs[1]", "self.objs[0][0].k__dot__ == '1'", "self.objs[0] != self.objs[2]", "self.objs[0] != self.objs[3]", "self.objs[0][0].k! == '1' => Syntax error: mismatched input '!' expecting"]
        },
        {
            "compositions",
            """{"obj":{"type":"object","properties":{"field":{"type":"string"}}},"mapOfMap":{"type":"object","additionalProperties":{"type":"object","additionalProperties":{"type":"string"}}},"mapOfObj":{"type":"object","additionalProperties":{"type":"object","properties":{"field2":{"type":"string"}}}},"mapOfListMap":{"type":"object","additionalProperties":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"string"}}}}},"mapOfList":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}},"listOfMap":{"type":"array","items":{"type":"object","additionalProperties":{"type":"string"}}}}""",
            """{"obj":{"field":"a"},"mapOfMap":{"x":{"y":"b"}},"mapOfObj":{"k":{"field2":"c"}},"mapOfListMap":{"o":[{"k":"1","v":"d"}]},"mapOfList":{"l":["e"]},"listOfMap":[{"z":"g"}]}""",
            ["self.obj.field == 'a'", "self.mapOfMap['x']['y'] == 'b'", "self.mapOfObj['k'].field2 == 'c'", "self.mapOfListMap['o'].exists(e, e.k == '1' && e.v == 'd')", "self.mapOfList['l'][0] == 'e'", "self.listOfMap[0]['z'] == 'g'"]
        },
        {
            "optional fields", """{"presentObj":{"type":"object","properties":{"presentStr":{"type":"string"}}},"absentObj":{"type":"object","properties":{"absentStr":{"type":"string"}}},"m":{"type":"object","additionalProperties":{"type":"string"}},"l":{"type":"array","items":{"type":"string"}}}""", """{"presentObj":{"presentStr":"value"},"m":{"key":"value"},"l":["a"]}""",
            [
                "optional.of('a').value() == 'a'", "self.?presentObj.presentStr == optional.of('value')", "self.absentObj.?absentStr == optional.none() => no such key: absentObj", "self.?absentObj.absentStr == optional.none()", "self.?absentObj.absentStr.orValue('nope') == 'nope'",
                "self.m[?'key'] == optional.of('value')", "self.m[?'bad'] == optional.none()", "self.l[?0] == optional.of('a') && self.l[?1] == optional.none()", "has(self.?absentObj.absentStr) == false", "self.?presentObj.?absent == optional.none() => undefined field 'absent'", "[1, ?optional.none()] == [1]",
            ]
        },
        {
            "libraries", Vals(Str, Str, Str, Str), """{"val1":"https://user:pass@kubernetes.io:80/path?a=b","val2":"200M","val3":"10.0.0.0/8","val4":"1.2.3"}""",
            [
                "url(self.val1).getHost() == 'kubernetes.io:80' && url(self.val1).getQuery()['a'] == ['b']", "quantity(self.val2) == quantity('0.2G') && isQuantity(self.val2) && !isQuantity('200MM')", "cidr(self.val3).containsIP('10.1.2.3') && isCIDR(self.val3)", "semver(self.val4).isLessThan(semver('2.0.0'))",
                "!format.dns1123Label().validate('ok').hasValue()", "sets.contains([1, 2], [2])", "authorizer.path('/').check('get').allowed() => undeclared reference to 'authorizer'", "quantity('x').sign() == 0 => quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' evaluating rule", "now() == 1 => undeclared reference to 'now'",
            ]
        },
    };

    private static readonly string[] EmbeddedRules = ["self.embedded.kind == 'Pod'", "self.embedded.apiVersion == 'v1'", "self.embedded.metadata.name == 'foo'", "self.embedded.metadata.generateName == 'pickItForMe'", "has(self.embedded.metadata.namespace) => undefined field 'namespace'"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_SeeData_AsUpstreamShowsIt(string name, string properties, string value, string[] rules)
    {
        Assert.NotEmpty(name);
        Assert.Empty(rules.Select(rule => Check("{\"type\":\"object\",\"properties\":" + properties + "}", value, rule, isResource: false)).OfType<string>());
    }

    [Theory]
    [InlineData("""{"spec":{"type":"object","properties":{"field1":{"type":"string"}}}}""")]
    [InlineData("""{"kind":{"type":"string"},"apiVersion":{"type":"string"},"metadata":{"type":"object","properties":{"name":{"type":"string"},"generateName":{"type":"string"}}}}""")]
    public void Rules_OfAResource_SeeItsNames(string properties)
        => Assert.Empty(((string[])["self.kind == 'Pod'", "self.apiVersion == 'v1'", "self.metadata.name == 'foo'", "self.metadata.generateName == 'pickItForMe'", "has(self.metadata.namespace) => undefined field 'namespace'"])
            .Select(rule => Check("{\"type\":\"object\",\"properties\":" + properties + "}", Meta, rule, isResource: true)).OfType<string>());

    // Null where the rule does what is expected of it.
    private static string? Check(string schema, string value, string rule, bool isResource)
    {
        var cut = rule.IndexOf(" => ", StringComparison.Ordinal);
        var (text, expected) = cut < 0 ? (rule, string.Empty) : (rule[..cut], rule[(cut + 4)..]);
        var source = (JsonMap)SchemaValidatorTests.Read(schema)!;
        source["x-kubernetes-validations"] = new JsonList { new JsonMap { ["rule"] = text } };
        var errors = new FieldErrors();
        new RuleRun(errors).Validate(RuleNode.Compile(Orch.ApiServer.CustomResources.Schemas.SchemaCompiler.Compile(source), isResource)!, SchemaValidatorTests.Read(value), null);
        var found = errors.ToString();
        return expected.Length == 0 ? found.Length == 0 ? null : $"{text} gave {found}" : found.Contains(expected, StringComparison.Ordinal) ? null : $"{text} gave '{found}', not {expected}";
    }

    private static string Vals(params string[] schemas) => "{" + string.Join(',', schemas.Select(static (schema, index) => $"\"val{index + 1}\":{schema}")) + "}";

    private static string Of(string schema, params string[] names) => "{" + string.Join(',', names.Select(name => $"\"{name}\":{schema}")) + "}";

    private static string Set(string items) => $$"""{"type":"array","x-kubernetes-list-type":"set","items":{{items}}}""";

    private static string Map(string values) => $$"""{"type":"object","additionalProperties":{{values}}}""";
}
