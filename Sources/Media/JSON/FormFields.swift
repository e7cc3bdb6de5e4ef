/// What a set of form fields may cost before it is refused.
package struct FormFieldLimits: Sendable {
    package var fields: Int
    /// Brackets behind one name.
    package var depth: Int

    package init(fields: Int = 1000, depth: Int = 16) {
        self.fields = fields
        self.depth = depth
    }
}

/// Why form fields make no object.
package struct FormFieldError: Error, Sendable, Hashable {
    package enum Problem: Sendable {
        case tooManyFields, tooDeep
        /// Brackets that do not close, or are followed by something.
        case malformedName
        /// Lists directly in lists: a form cannot tell where one ends.
        case nestedList
        /// The name stands for an object here and for a text or a list elsewhere.
        case conflict
    }

    package var problem: Problem
    /// The field's name as sent.
    package var field: String
}

extension JSONObject {
    /// The object that text fields of a form stand for; every leaf is a string.
    ///
    /// `a[b]` is a member of an object, `a[]` or a repeated `a` an element of a list. Fields of `a[][b]` fill one object until one of
    /// them comes again, which begins the next.
    package init(formFields: [(name: String, value: String)], limits: FormFieldLimits = FormFieldLimits()) throws(FormFieldError) {
        self.init()
        for (count, field) in formFields.enumerated() {
            guard count < limits.fields else { throw FormFieldError(problem: .tooManyFields, field: field.name) }
            let path = try FormFieldPath(parsing: field.name, maximumDepth: limits.depth)
            let isInserted = update(path.name) { $0.insert(field.value, at: path.steps[...]) }
            guard isInserted else { throw FormFieldError(problem: .conflict, field: field.name) }
        }
    }
}

/// A field's name taken apart: `a[b][]` is `a`, then member `b`, then a list's element.
private struct FormFieldPath {
    enum Step { case member(String), element }

    var name: String
    var steps: [Step] = []

    init(parsing text: String, maximumDepth: Int) throws(FormFieldError) {
        var rest = text.utf8[...]
        let name = rest.prefix { !Self.isBracket($0) }
        self.name = String(Substring(name))
        rest = rest[name.endIndex...]
        guard rest.isEmpty || !name.isEmpty else { throw FormFieldError(problem: .malformedName, field: text) }
        while let opening = rest.popFirst() {
            let key = rest.prefix { !Self.isBracket($0) }
            rest = rest[key.endIndex...]
            guard opening == UInt8(ascii: "["), rest.popFirst() == UInt8(ascii: "]") else {
                throw FormFieldError(problem: .malformedName, field: text)
            }
            if key.isEmpty, case .element? = steps.last { throw FormFieldError(problem: .nestedList, field: text) }
            guard steps.count < maximumDepth else { throw FormFieldError(problem: .tooDeep, field: text) }
            steps.append(key.isEmpty ? .element : .member(String(Substring(key))))
        }
    }

    private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") }
}

extension JSONValue? {
    /// Puts a text where the path leads; false where something of another kind is in the way.
    fileprivate mutating func insert(_ text: String, at path: ArraySlice<FormFieldPath.Step>) -> Bool {
        switch path.first {
        case nil: return appendElement(.string(text), startsList: false)
        case .member(let key): return insertMember(key, text, path.dropFirst())
        case .element: return insertElement(text, path.dropFirst())
        }
    }

    private mutating func insertMember(_ key: String, _ text: String, _ path: ArraySlice<FormFieldPath.Step>) -> Bool {
        var object: JSONObject
        switch self {
        case nil: object = [:]
        case .object(let existing): object = existing
        case .null, .bool, .integer, .number, .string, .array: return false
        }
        // Given up here so that the object is changed in place.
        self = nil
        defer { self = .object(object) }
        return object.update(key) { $0.insert(text, at: path) }
    }

    private mutating func insertElement(_ text: String, _ path: ArraySlice<FormFieldPath.Step>) -> Bool {
        guard !path.isEmpty else { return appendElement(.string(text), startsList: true) }
        if case .array(var elements) = self, let last = elements.last, !last.isTaken(path) {
            self = nil
            defer { self = .array(elements) }
            var element: JSONValue? = elements.removeLast()
            defer { if let element { elements.append(element) } }
            return element.insert(text, at: path)
        }
        var element: JSONValue?
        guard element.insert(text, at: path), let element else { return false }
        return appendElement(element, startsList: true)
    }

    /// Adds to a list, or makes one of a text that is there already.
    private mutating func appendElement(_ element: JSONValue, startsList: Bool) -> Bool {
        switch self {
        case nil: self = startsList ? .array([element]) : element
        case .array(var elements):
            self = nil
            elements.append(element)
            self = .array(elements)
        case .string(let first): self = .array([.string(first), element])
        case .object, .null, .bool, .integer, .number: return false
        }
        return true
    }
}

extension JSONValue {
    /// Whether a text put at this path would meet another, so that it belongs to the list's next object.
    fileprivate func isTaken(_ path: ArraySlice<FormFieldPath.Step>) -> Bool {
        switch path.first {
        case nil: return true
        case .element:
            guard case .array = self else { return true }
            return false
        case .member(let key):
            guard case .object(let object) = self else { return true }
            return object[key]?.isTaken(path.dropFirst()) ?? false
        }
    }
}
